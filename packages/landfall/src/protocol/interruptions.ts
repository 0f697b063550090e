/**
 * How often anything happened on this thread that may end a run of deliveries: a pause, a close, a change of protocol,
 * framing or limit.
 *
 * A loop over frames looks at this one number after each, and at everything else only when it has changed: asking the
 * transport each time made 16-byte frames a third slower.
 */
export const interruptions: { count: number } = { count: 0 };
