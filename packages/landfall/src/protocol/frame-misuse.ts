/** What a FramedProtocol says to callers who use it wrongly; apart, to keep it small. */
import { LandfallError } from '../errors.js';

export function notConnected(): LandfallError {
  return new LandfallError(
    'ERR_CLOSED',
    'this FramedProtocol has no connection yet: connectionMade or tookOver was not called',
  );
}

export function notShareable(): LandfallError {
  return new LandfallError('ERR_PROTOCOL', 'a FramedProtocol serves one connection, and has one already');
}

export function noFrame(what: string): LandfallError {
  return new LandfallError('ERR_RELEASED', `${what} was called outside frameReceived: there is no frame`);
}

export function notToBeTaken(): LandfallError {
  return new LandfallError('ERR_PROTOCOL', 'takeFrame(): the frame lies in the memory that getFrameBuffer returned');
}

export function skipping(skipBytes: number): LandfallError {
  return new LandfallError(
    'ERR_PROTOCOL',
    `switchTo() while a frame is being skipped: ${skipBytes} bytes of it have not arrived`,
  );
}

export function badScan(frameBytes: unknown): LandfallError {
  return new LandfallError(
    'ERR_PROTOCOL',
    `a framing's scan returned ${String(frameBytes)}, which is no number of bytes`,
  );
}
