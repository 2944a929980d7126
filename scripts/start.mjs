#!/usr/bin/env node
// npm start: runs the server with its embedded store, and the demo bank beside it. The first start fills the store with the history of a made-up bank;
// `npm start -- --empty` leaves it empty.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { childEnv, giveUp, prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
const { buildAll } = await import('./lib/build.mjs')

const serverPort = readPort('SALLYPORT_PORT', 4000)
const demoPort = readPort('DEMO_PORT', 3000)
const dataDir = path.resolve(process.env.SALLYPORT_DATA_DIR ?? path.join(root, 'data'))
const serverUrl = `http://localhost:${serverPort}`
const demoUrl = `http://localhost:${demoPort}`

const { isEmpty, seedFlags } = readArguments(process.argv.slice(2))

if (serverPort === demoPort) giveUp(`SALLYPORT_PORT and DEMO_PORT are both ${demoPort}: they must differ.`)
await refuseTakenPort(serverPort, 'SALLYPORT_PORT')
await refuseTakenPort(demoPort, 'DEMO_PORT')
buildAll()

const keys = demoKeys()
const children = []
/** Printed by the server as long as nobody can sign in to the portal. */
let setUpLink
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0))
stopWithStarter()

const serverEnv = {
  SALLYPORT_PORT: String(serverPort),
  SALLYPORT_DATA_DIR: dataDir,
  SALLYPORT_LOG_LEVEL: process.env.SALLYPORT_LOG_LEVEL ?? 'warn',
  SALLYPORT_BOOTSTRAP_TENANT_ID: keys.tenantId,
  SALLYPORT_BOOTSTRAP_SECRET_KEY: keys.secretKey,
  SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: keys.managementKey,
  SALLYPORT_BOOTSTRAP_RP_ID: 'localhost',
  SALLYPORT_BOOTSTRAP_ORIGINS: demoUrl,
}
if (!isEmpty) await fillOnce()
// Whatever is there is used from now on.
else if (keys.history === 'begun') keep({ ...keys, history: 'written' })
start('server', ['packages/server/src/cli/main.js', 'serve'], serverEnv)
const demoEnv = {
  PORT: String(demoPort),
  SALLYPORT_API_URL: `${serverUrl}/v1`,
  SALLYPORT_TENANT_ID: keys.tenantId,
  SALLYPORT_API_SECRET_KEY: keys.secretKey,
  DEMO_SESSION_SECRET: keys.sessionSecret,
  ...(process.env.DEMO_SDK ? { DEMO_SDK: process.env.DEMO_SDK } : {}),
}
start(
  'demo',
  ['node_modules/next/dist/bin/next', 'start', 'examples/transfer', '--port', String(demoPort), '--hostname', '127.0.0.1'],
  demoEnv,
)
await answers(`${serverUrl}/readyz`, 'server')
await allowOrigin(demoUrl)
await once('demo rules', ['examples/transfer/seed.mjs'], { ...demoEnv, SALLYPORT_MANAGEMENT_KEY: keys.managementKey })
await answers(demoUrl, 'demo')

console.log(`
  Demo bank   ${demoUrl}
  Portal      ${setUpLink ?? `${serverUrl}/portal/`}${setUpLink === undefined ? '' : '\n              makes you the first admin; good once, within an hour'}
  API         ${serverUrl}/v1      docs: ${serverUrl}/docs
  Keys, data  ${nameOf(dataDir)}   (delete it to start afresh)

  Press Ctrl+C to stop.
`)

function start(name, args, env) {
  // The children get no standard input and their own process group, so that Ctrl+C reaches them once, through `stop`.
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: childEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  const lastLines = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      lastLines.push(String(chunk))
      if (lastLines.length > 50) lastLines.shift()
      setUpLink ??= /\bhttps?:\S+\/portal\/set-up#\S+/.exec(String(chunk))?.[0]
      if (stream === child.stderr || process.env.SALLYPORT_LOG_LEVEL) process.stderr.write(chunk)
      else explainRefusedOrigin(String(chunk))
    })
  }
  child.on('exit', (code) => {
    if (stopping) return
    console.error(`\nThe ${name} stopped (exit code ${code}):\n${lastLines.join('')}`)
    stop(1)
  })
  children.push(child)
}

/** A page opened under another name than the tenant expects is the usual first mistake, and the log is not shown here. */
function explainRefusedOrigin(log) {
  for (const line of log.split('\n')) {
    const told = /"reason":"origin_not_allowed","told":"([^"]+)"/.exec(line)?.[1]
    if (told === undefined) continue
    console.error(`A passkey was refused: ${told}. Open the demo at ${demoUrl}, or add your page's origin to \`expectedOrigins\`.`)
  }
}

async function once(name, args, env, output = 'ignore') {
  const child = spawn(process.execPath, args, { cwd: root, env: childEnv(env), stdio: ['ignore', output, 'inherit'] })
  children.push(child)
  const code = await new Promise((resolve) => child.on('exit', resolve))
  children.splice(children.indexOf(child), 1)
  if (stopping) return new Promise(() => {})
  if (code === 0) return
  console.error(`The ${name} could not be set up.`)
  await stop(1)
}

/** Fills the demo's tenant with a history, if no start has done so. What an interrupted start left of one is made again. */
async function fillOnce() {
  if (keys.history === 'written') return
  const again = keys.history === 'begun' ? ['--again'] : []
  keep({ ...keys, history: 'begun' })
  console.log('Making up the history of the bank (once, a few seconds; `npm start -- --empty` leaves it out) …')
  const args = ['packages/server/src/cli/main.js', 'seed', '--demo', '--if-empty', ...again, ...seedFlags]
  await once('history of the demo', args, serverEnv, 'inherit')
  keep({ ...keys, history: 'written' })
}

async function answers(url, name) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (stopping) return new Promise(() => {})
    const ok = await fetch(url, { redirect: 'manual' }).then(
      (response) => response.status < 500,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  console.error(`The ${name} did not answer at ${url} within a minute.`)
  await stop(1)
}

/** Adds this origin to a tenant that was created when the demo had another port. */
async function allowOrigin(origin) {
  const url = `${serverUrl}/v1/management/authenticator-configurations/passkey`
  const headers = { authorization: `Basic ${btoa(`${keys.managementKey}:`)}`, 'content-type': 'application/json' }
  try {
    const response = await fetch(url, { headers })
    const { expectedOrigins = [] } = await response.json()
    if (!response.ok || expectedOrigins.includes(origin)) return
    await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ expectedOrigins: [...expectedOrigins, origin] }) })
  } catch (error) {
    if (!stopping) console.error(`Passkeys may not work at ${origin}: ${error.message}`)
  }
}

/** npm does not pass signals on to this process, so it stops itself when npm, or the Node that started it, has ended. */
function stopWithStarter() {
  if (!process.env.npm_lifecycle_event && !process.env.SALLYPORT_NODE_STARTED) return
  const starter = process.ppid
  setInterval(() => {
    if (process.ppid !== starter) stop(0)
  }, 250).unref()
}

/** Ends the children, first with SIGTERM, and waits until none is left. */
async function stop(code) {
  if (stopping) return
  stopping = true
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null)
  const gone = running.map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of running) child.kill('SIGTERM')
  const force = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL')
  }, 10_000)
  await Promise.all(gone)
  clearTimeout(force)
  process.exit(code)
}

/** The keys of the demo's tenant. Made once and stored beside the data, so that a second start finds the same tenant. */
function demoKeys() {
  const file = path.join(dataDir, 'demo-keys.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const secret = () => randomBytes(32).toString('base64url')
  const made = { tenantId: 'demo-bank', secretKey: secret(), managementKey: secret(), sessionSecret: secret() }
  keep(made)
  return made
}

function keep(demo) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(dataDir, 'demo-keys.json'), `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
}

/** `--empty`, or flags of `sallyport seed`. */
function readArguments(args) {
  const seedFlags = []
  let isEmpty = false
  for (let rest = args; rest.length > 0; ) {
    const [flag, value] = rest
    if (flag === '--empty') isEmpty = true
    else if (['--seed', '--people', '--days'].includes(flag) && value !== undefined) seedFlags.push(flag, value)
    else giveUp('Usage: npm start [-- --empty | --seed <text> --people <number> --days <number>]')
    rest = rest.slice(flag === '--empty' ? 1 : 2)
  }
  return { isEmpty, seedFlags }
}

function readPort(variable, usual) {
  const text = process.env[variable] || String(usual)
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) giveUp(`${variable} must be a port, 1 to 65535, not \`${text}\`.`)
  return port
}

/** The folder, relative to the working directory. */
function nameOf(folder) {
  const relative = path.relative(process.cwd(), folder)
  return (relative.startsWith('..') ? folder : relative || '.') + path.sep
}

/** Looks at both loopback addresses: a browser may find what listens on either under `localhost`. */
async function refuseTakenPort(port, variable) {
  for (const host of ['127.0.0.1', '::1']) {
    const code = await new Promise((resolve) => {
      const probe = net.createServer()
      probe.once('error', (error) => resolve(error.code))
      probe.listen(port, host, () => probe.close(() => resolve(undefined)))
    })
    if (code === 'EADDRINUSE') giveUp(`Port ${port} is in use. Stop what uses it, or choose another: ${variable}=${port + 1} npm start`)
    if (code === 'EACCES')
      giveUp(`Port ${port} needs more rights than this. Choose another: ${variable}=${port < 1024 ? port + 8000 : port + 1} npm start`)
  }
}
