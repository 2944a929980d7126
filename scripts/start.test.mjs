import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { root } from './lib/prepare.mjs'

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'sallyport-start-'))
const [serverPort, demoPort, otherPort] = await freePorts(3)
const usual = { SALLYPORT_PORT: serverPort, DEMO_PORT: demoPort, SALLYPORT_DATA_DIR: dataDir }
const started = []
const isWindows = process.platform === 'win32'

after(async () => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

/** Runs the script, directly or as a reader does; resolves when it is up or has given up. */
async function start(env, command = [process.execPath, path.join(root, 'scripts/start.mjs'), '--people', '10', '--days', '5']) {
  const child = spawn(command[0], command.slice(1), { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let output = ''
  const settled = Promise.withResolvers()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      if (output.includes('Press Ctrl+C')) settled.resolve()
    })
  }
  child.on('exit', settled.resolve)
  await settled.promise
  return { child, output: () => output }
}

async function isTaken(port) {
  const socket = net.connect(port, '127.0.0.1')
  const taken = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)))
  socket.destroy()
  return taken
}

/** Waits until nothing listens any more: what `npm start` started is gone. */
async function areFreed(...ports) {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await pause(20)) {
    if (!(await Promise.all(ports.map(isTaken))).includes(true)) return true
  }
  return false
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => String(server.address().port))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

test('npm start prints where the demo and the API are, a port in use has its sentence, and Ctrl+C leaves nothing behind', async () => {
  const { child, output } = await start(usual)
  assert.match(output(), /Filled tenant demo-bank with [\d,]+ decisions/)
  assert.match(output(), new RegExp(`Demo bank +http://localhost:${demoPort}\\n`), output())
  assert.match(output(), new RegExp(`Portal +http://localhost:${serverPort}/portal/set-up#[\\w-]{43}\\n`), output())
  assert.equal((await fetch(`http://localhost:${serverPort}/portal/set-up`)).status, 200)
  assert.equal((await fetch(`http://localhost:${demoPort}`)).status, 200)
  assert.equal((await fetch(`http://localhost:${serverPort}/readyz`)).status, 200)

  const second = await start({ ...usual, SALLYPORT_PORT: otherPort })
  assert.equal(second.child.exitCode, 1)
  assert.match(second.output(), new RegExp(`Port ${demoPort} is in use\\. .* DEMO_PORT=${Number(demoPort) + 1} npm start`))
  assert.doesNotMatch(second.output(), /\n +at /)

  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  assert.equal(await areFreed(serverPort, demoPort), true)
})

test('a second start finds the same tenant with its history, allows a new port, and ends with npm', {
  skip: isWindows && 'no signals',
}, async () => {
  const { child, output } = await start({ ...usual, DEMO_PORT: otherPort }, ['npm', 'start'])
  assert.doesNotMatch(output(), /Filled/)
  const { managementKey } = JSON.parse(readFileSync(path.join(dataDir, 'demo-keys.json'), 'utf8'))
  const response = await fetch(`http://localhost:${serverPort}/v1/management/authenticator-configurations/passkey`, {
    headers: { authorization: `Basic ${btoa(`${managementKey}:`)}` },
  })
  const { expectedOrigins } = await response.json()
  assert.deepEqual(expectedOrigins, [`http://localhost:${demoPort}`, `http://localhost:${otherPort}`])
  child.kill('SIGTERM')
  assert.equal(await areFreed(serverPort, otherPort), true)
})

test('what a start does not know has its usage', async () => {
  const { child, output } = await start(usual, [process.execPath, path.join(root, 'scripts/start.mjs'), '--demo'])
  assert.equal(child.exitCode, 1)
  assert.match(output(), /Usage: npm start \[-- --empty \|/)
})

test('a port that is none has its sentence', async () => {
  const { child, output } = await start({ ...usual, DEMO_PORT: 'abc' })
  assert.equal(child.exitCode, 1)
  assert.match(output(), /DEMO_PORT must be a port, 1 to 65535, not `abc`\./)
})
