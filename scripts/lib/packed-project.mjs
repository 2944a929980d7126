import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

const require = createRequire(import.meta.url)
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** Creates an empty project for tests, with the packages of some folders packed and installed by npm. Needs no network. */
export function createPackedProject(...folders) {
  const project = mkdtempSync(path.join(tmpdir(), 'sallyport-packed-'))
  for (const folder of folders) run(npm, ['pack', folder, '--ignore-scripts', '--silent'])
  const tarballs = readdirSync(project).map((name) => `./${name}`)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }')
  run(npm, ['install', ...tarballs, '--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--silent'])

  /** Runs a command in the project and returns its standard output; throws when it fails. */
  function run(command, args) {
    return execFileSync(command, args, { cwd: project, encoding: 'utf8', shell: process.platform === 'win32' })
  }

  return {
    /** Lists a folder of the project. */
    list: (folder) => readdirSync(path.join(project, folder)).sort(),
    /** Writes a file and returns its name. */
    write(name, text) {
      writeFileSync(path.join(project, name), text)
      return name
    },
    /** Runs files on this Node. */
    node: (...args) => run(process.execPath, args),
    /** Checks types. */
    tsc: (...args) => run(process.execPath, [path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc'), ...args]),
    folder: project,
    remove: () => rmSync(project, { recursive: true, force: true }),
  }
}
