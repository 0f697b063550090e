// @ts-check
// The API reference, as Markdown: what the public entries export, with the docstrings of the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, ReferenceType } from 'typedoc';

/** The public entries, by what typedoc calls them, and their names for users. @type {Readonly<Record<string, { file: string, name: string }>>} */
const entries = {
  'landfall/src': { file: 'packages/landfall/src/index.ts', name: 'landfall' },
  'landfall/src/testing': { file: 'packages/landfall/src/testing/index.ts', name: 'landfall/testing' },
  'postgres/src': { file: 'packages/postgres/src/index.ts', name: '@landfall/postgres' },
};

/** Writes it to `folder`, and returns the texts of its pages, by path. @param {string} root @param {string} folder */
export async function apiPages(root, folder) {
  /** @type {import('typedoc').TypeDocOptions & Record<string, unknown>} */
  const options = {
    entryPoints: Object.values(entries).map(({ file }) => join(root, file)),
    ...{ tsconfig: join(root, 'tsconfig.json'), name: 'API reference', readme: 'none', logLevel: 'Warn' },
    ...{ excludeInternal: true, excludePrivate: true, excludeProtected: true, excludeExternals: true },
    ...{ disableSources: true, preservedTypeAnnotationTags: ['@throws'], sort: ['source-order'] },
    groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases'],
    plugin: [fileURLToPath(import.meta.resolve('typedoc-plugin-markdown'))],
    outputs: [{ name: 'markdown', path: folder }],
    ...{ hideBreadcrumbs: true, hidePageHeader: true, useCodeBlocks: true, entryFileName: 'README' },
    ...{ indexFormat: 'table', parametersFormat: 'table', pageTitleTemplates: { member: '{name}', module: '{name}' } },
  };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc could not read the sources');
  for (const entry of project.children ?? []) entry.name = entries[entry.name]?.name ?? entry.name;
  for (const reflection of Object.values(project.reflections)) tidy(reflection);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('typedoc found fault with the sources');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const text = (/** @type {string} */ file) => withoutLeadingBars(readFileSync(join(folder, file), 'utf8'));
  return new Map(files.map((file) => [`api/${file.replaceAll('\\', '/')}`, text(file)]));
}

/** Says which error is thrown, and nothing of bases that are not exported. @param {import('typedoc').Reflection} reflection */
function tidy(reflection) {
  for (const tag of reflection.comment?.getTags('@throws') ?? []) {
    const type = tag.typeAnnotation?.replace(/^\{|\}$/g, '') ?? '';
    if (type !== '') tag.content.unshift({ kind: 'code', text: `\`${type}\`` }, { kind: 'text', text: ': ' });
  }
  if (reflection.isDeclaration() || reflection.isSignature()) {
    for (const key of /** @type {const} */ (['inheritedFrom', 'overwrites', 'implementationOf']))
      delete reflection[key];
  }
  // Of ours, and without a page.
  const isHidden = (/** @type {import('typedoc').SomeType} */ type) =>
    type instanceof ReferenceType && type.package?.includes('landfall') && type.reflection === undefined;
  if (reflection.isDeclaration() && reflection.typeHierarchy?.types.every(isHidden)) delete reflection.typeHierarchy;
}

/** Unions in tables, `a | b` in place of `| a | b`. @param {string} markdown */
function withoutLeadingBars(markdown) {
  return markdown.replaceAll(/(?<=^\|.* \| )\\\| /gm, '');
}
