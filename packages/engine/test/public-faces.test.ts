import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }

const root = path.join(import.meta.dirname, '..')

test('every folder has a public face of its own', () => {
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  assert.deepEqual(Object.keys(manifest.exports).sort(), ['.', ...folders.map(({ name }) => `./${name}`)].sort())
})

test('no face needs a module of Node', async () => {
  for (const face of Object.keys(manifest.exports)) await filesBehind(face)
})

test('an explanation in the browser brings the language, the forms of texts and the policy along, and nothing that decides, checks, learns or measures', async () => {
  const files = await filesBehind('./explain')
  const folders = new Set(files.map((file) => /^src\/(\w+)\//.exec(file)?.[1]).filter((folder) => folder !== undefined))
  assert.deepEqual([...folders].sort(), ['explain', 'facts', 'features', 'forms', 'language', 'policy', 'signals'])
  // The pattern matcher is the only library among them: what reads user agents stays out.
  const libraries = new Set(files.map((file) => /node_modules\/([^/]+)\//.exec(file)?.[1]).filter((library) => library !== undefined))
  assert.deepEqual([...libraries], ['re2js'])
})

test('an explanation brings the definition of a velocity feature along, but not its windows', async () => {
  const files = await filesBehind('./explain')
  assert.deepEqual(
    files.filter((file) => file.startsWith('src/features/')),
    ['src/features/feature-definition.ts'],
  )
})

/** Bundles a face for the browser, where a module of Node does not resolve. Answers with every file it reaches, used or not. */
async function filesBehind(face: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `export * from '${path.posix.join('@sallyport/engine', face)}'`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  return Object.keys(metafile.inputs).sort()
}
