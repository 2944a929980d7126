import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { createServerCertificate } from '../../test/support/self-made-certificates.ts'
import { loadManifest } from './data-directory.ts'
import { afterTry, dueOf, type FeedStates, isDue, loadFeedStates, saveFeedStates } from './feed-state.ts'
import { FEEDS, type Feed, findFeed } from './feeds.ts'
import { openIpIntelligence } from './open-ip-intelligence.ts'
import { loadRangeLists } from './range-lists.ts'
import { takeUpdateLock } from './take-update-lock.ts'
import { refreshedSources, type UpdateDueOptions, updateDueFeeds } from './update-due-feeds.ts'
import { removeFeeds, updateFeeds } from './update-feeds.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-due-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const newDirectory = () => join(root, `${++count}`)
const day = 86_400_000
const now = Date.UTC(2026, 10, 24)
const list = (length: number, second = 45) => Array.from({ length }, (_, at) => `${second}.${at >> 8}.${at & 255}.0/24\n`).join('')

const certificate = createServerCertificate()
setDefaultCACertificates([...getCACertificates('default'), certificate.ca])

/** What the publisher answers, and what it was asked. */
const publisher = {
  answer: ((_, response) => response.end()) as RequestListener,
  asked: [] as IncomingMessage[],
}
const server = await listen((request, response) => {
  publisher.asked.push(request)
  publisher.answer(request, response)
})
const origin = server.url.slice(0, -1)
after(() => server.close())

async function update(directory: string, answer: RequestListener, options: Partial<UpdateDueOptions> & { names?: string[] } = {}) {
  publisher.answer = answer
  publisher.asked = []
  const { names = ['vpn-a'], ...rest } = options
  const sources = names.map((name) => ({ feed: feedOf(name), url: `${origin}/${name}` }))
  return updateDueFeeds(directory, { clock: () => now, chance: 0.5, sources, ...rest })
}

const send =
  (text: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain', ...headers }).end(text)
const entriesOf = (directory: string) =>
  loadRangeLists(directory).feeds.map(({ feed, entries, problem }) => [feed.name, entries[4], problem])
const later = (days: number) => ({ clock: () => now + days * day })

test('a list that is due is fetched over TLS, installed and packed, and is due again in a day', async () => {
  const directory = newDirectory()
  assert.deepEqual(await update(directory, send(list(10))), [{ name: 'vpn-a', result: 'installed', entries: 10, dataDate: now }])
  assert.deepEqual(entriesOf(directory), [['vpn-a', 10, undefined]])
  assert.ok(readdirSync(directory).includes('lists.pack'))
  assert.deepEqual(loadFeedStates(directory).get('vpn-a'), {
    lastTry: now,
    lastSuccess: now,
    nextTry: now + day,
    failures: 0,
    result: 'installed',
  })
  assert.deepEqual(await update(directory, send(list(11)), later(0.5)), [])
  assert.equal(publisher.asked.length, 0)
})

test('a list is asked for with its validators, and what has not changed is not sent, written or read again', async () => {
  const directory = newDirectory()
  const headers = { etag: '"one"', 'last-modified': 'Sun, 01 Nov 2026 00:00:00 GMT' }
  await update(directory, send(list(10), headers))
  const before = readdirSync(directory)
  const asked = () => [publisher.asked[0]?.headers['if-none-match'], publisher.asked[0]?.headers['if-modified-since']]
  assert.deepEqual(asked(), [undefined, undefined])
  const answers = await update(directory, (_, response) => void response.writeHead(304, headers).end(), later(1))
  assert.deepEqual([answers, asked()], [[{ name: 'vpn-a', result: 'unchanged' }], ['"one"', headers['last-modified']]])
  assert.deepEqual(readdirSync(directory), before)
  assert.equal(loadManifest(directory)[0]?.dataDate, Date.UTC(2026, 10, 1))
  assert.equal(loadFeedStates(directory).get('vpn-a')?.lastSuccess, now + day)
})

test('a list that its publisher does not date keeps the day on which it was first seen', async () => {
  const directory = newDirectory()
  await update(directory, send(list(10)))
  assert.equal((await update(directory, send(list(10)), later(1)))[0]?.result, 'unchanged')
  assert.equal(loadManifest(directory)[0]?.dataDate, now)
  await update(directory, send(list(11)), later(2))
  assert.equal(loadManifest(directory)[0]?.dataDate, now + 2 * day)
})

test('an installed list that was damaged on this disk is fetched whole', async () => {
  const directory = newDirectory()
  await update(directory, send(list(10), { etag: '"one"' }))
  truncateSync(join(directory, loadManifest(directory)[0]?.file ?? ''), 5)
  await update(directory, send(list(10), { etag: '"one"' }), later(1))
  assert.equal(publisher.asked[0]?.headers['if-none-match'], undefined)
  assert.deepEqual(entriesOf(directory), [['vpn-a', 10, undefined]])
})

const poisons: [what: string, answer: RequestListener, problem: RegExp][] = [
  ['the whole internet', send('0.0.0.0/0\n'), /too wide/],
  ['a web page', send('<!doctype html><p>Moved', { 'content-type': 'text/html' }), /web page/],
  ['a web page that says it is text', send('<!doctype html><p>Moved'), /web page/],
  ['nothing', send(''), /empty/],
  ['nothing but comments', send('# retired\n'), /empty/],
  ['less than half of the list', send(list(4)), /4 entries where 10/],
  ['an error', (_, response) => response.writeHead(503).end('busy'), /status 503/],
  ['gigabytes', (_, response) => endless(response), /longer than/],
  [
    'a few kilobytes that unpack to forty megabytes',
    send(gzipSync(Buffer.alloc(40_000_000, '#')), { 'content-encoding': 'gzip' }),
    /longer than/,
  ],
  ['a list cut short', cutShort, /could not be fetched/],
  ['one byte at a time', slowly, /could not be fetched/],
  ['no answer', silent, /could not be fetched/],
  ['a redirect to plain http', redirect('http://localhost/'), /away from https/],
  ['a redirect to another host', redirect('https://example.com/list'), /redirected to `example.com`/],
  ['a redirect to another port', redirect('https://localhost:1/'), /redirected to `localhost:1`/],
  ['a redirect without end', redirect('/vpn-a'), /more than five/],
  ['a redirect to a file', redirect('file:///etc/passwd'), /away from https/],
  ['304 to a question without validators', (_, response) => void response.writeHead(304).end(), /status 304/],
]

const isSlow = new Set<RequestListener>([slowly, silent])

for (const [what, answer, problem] of poisons) {
  test(`A-25: a publisher that sends ${what} changes nothing, and is asked again after a while`, async () => {
    const directory = newDirectory()
    await update(directory, send(list(10)))
    const [refused] = await update(directory, answer, { ...later(1), timeoutMs: isSlow.has(answer) ? 200 : 30_000 })
    assert.equal(refused?.result, 'refused')
    assert.match(refused?.reason ?? '', problem)
    assert.deepEqual(entriesOf(directory), [['vpn-a', 10, undefined]])
    const state = loadFeedStates(directory).get('vpn-a')
    assert.deepEqual([state?.lastSuccess, state?.nextTry, state?.failures], [now, now + day + 30 * 60_000, 1])
    assert.match(state?.problem ?? '', problem)
    assert.equal((await update(directory, send(list(11)), later(1.1)))[0]?.result, 'installed')
  })
}

test('A-25: one poisoned list does not keep the others from being installed', async () => {
  const directory = newDirectory()
  const names = ['vpn-a', 'vpn-b', 'tor-c']
  const answer: RequestListener = (request, response) =>
    send(request.url === '/vpn-b' ? '<html>' : list(5).replaceAll('/24', ''))(request, response)
  const results = await update(directory, answer, { names })
  assert.deepEqual(results.map(({ name, result }) => `${name} ${result}`).sort(), ['tor-c installed', 'vpn-a installed', 'vpn-b refused'])
})

test('A-25: a certificate that nobody vouches for is refused', async () => {
  const directory = newDirectory()
  const stranger = createServerCertificate()
  const other = await listen(send(list(10)), stranger)
  const sources = [{ feed: feedOf('vpn-a'), url: other.url }]
  const [refused] = await updateDueFeeds(directory, { clock: () => now, chance: 0, sources })
  assert.equal(refused?.result, 'refused')
  other.close()
})

test('a redirect to a host that the feed declares is followed', async () => {
  const directory = newDirectory()
  const feed: Feed = { ...feedOf('vpn-a'), alsoAt: [new URL(origin).host] }
  const first = await listen(redirect(`${origin}/moved`))
  const sources = [{ feed, url: first.url }]
  publisher.answer = send(list(10))
  assert.equal((await updateDueFeeds(directory, { clock: () => now, chance: 0, sources }))[0]?.result, 'installed')
  first.close()
})

test('without a network every list waits longer each time, and a host that is not reached is asked once', async () => {
  const directory = newDirectory()
  const gone = await listen(silent)
  const sources = ['vpn-a', 'vpn-b', 'vpn-c'].map((name) => ({ feed: feedOf(name), url: `${gone.url}${name}` }))
  gone.close()
  let at = now
  const waits: number[] = []
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const results = await updateDueFeeds(directory, { clock: () => at, chance: 0.5, sources })
    assert.deepEqual(new Set(results.map(({ result }) => result)), new Set(['not_fetched']))
    const state = loadFeedStates(directory).get('vpn-b')
    waits.push(((state?.nextTry ?? 0) - at) / 3_600_000)
    at = state?.nextTry ?? 0
  }
  assert.deepEqual(waits, [0.5, 1, 2, 4, 8, 16, 24, 24])
})

test('lists of the operator are refreshed from where they came; removed ones and files are left alone', async () => {
  const directory = newDirectory()
  const offer = (name: string, from: string) => ({
    feed: feedOf(name),
    text: list(400).replaceAll('0/24', '1'),
    dataDate: now,
    origin: from,
  })
  updateFeeds(
    directory,
    [offer('vpn-office', `${origin}/office`), offer('vpn-file', 'vpn-file.txt'), offer('tor-exits', `${origin}/mirror`)],
    { now },
  )
  removeFeeds(directory, ['proxy-monosans'])
  const sources = refreshedSources(directory)
  assert.deepEqual([sources.get('vpn-office')?.url, sources.get('tor-exits')?.url], [`${origin}/office`, `${origin}/mirror`])
  assert.deepEqual([sources.has('vpn-file'), sources.has('proxy-monosans')], [false, false])
  updateFeeds(directory, [offer('proxy-monosans', 'proxy-monosans.txt')], { now })
  assert.equal(refreshedSources(directory).get('proxy-monosans')?.url, FEEDS.find(({ name }) => name === 'proxy-monosans')?.url)
})

test('one process of several refreshes the lists, and a killed one leaves nothing that keeps the next from it', async () => {
  const directory = newDirectory()
  const held = takeUpdateLock(directory, 'updates')
  assert.ok(held)
  assert.deepEqual(await update(directory, send(list(10))), [])
  held.release()
  const script = `import { takeUpdateLock } from ${JSON.stringify(new URL('take-update-lock.ts', import.meta.url).href)}
    takeUpdateLock(${JSON.stringify(directory)}, 'updates'); process.stdout.write('held'); setInterval(() => {}, 1000)`
  const holder = execFile(process.execPath, ['--input-type=module', '-e', script])
  await new Promise((resolve) => holder.stdout?.once('data', resolve))
  assert.deepEqual(await update(directory, send(list(10))), [])
  holder.kill('SIGKILL')
  await new Promise((resolve) => holder.once('exit', resolve))
  assert.equal((await update(directory, send(list(10))))[0]?.result, 'installed')
})

test('RE-12: an update killed in the middle leaves the old lists, counts as a failed try, and the next one succeeds', async () => {
  const directory = newDirectory()
  const url = `${origin}/vpn-a`
  updateFeeds(directory, [{ feed: feedOf('vpn-a'), text: list(10), dataDate: now, origin: url }], { now })
  removeFeeds(
    directory,
    FEEDS.map(({ name }) => name),
  )
  let answering: ServerResponse | undefined
  publisher.answer = (_, response) => {
    answering = response
    response.writeHead(200, { 'content-type': 'text/plain' }).write(list(5))
    child.kill('SIGKILL')
  }
  const ca = join(root, 'ca.pem')
  writeFileSync(ca, certificate.ca)
  const run = () =>
    execFile(process.execPath, [new URL('run-feed-updates.ts', import.meta.url).pathname, directory], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
    })
  let child = run()
  await new Promise((resolve) => child.once('exit', resolve))
  answering?.destroy()
  assert.deepEqual(entriesOf(directory), [['vpn-a', 10, undefined]])
  const state = loadFeedStates(directory).get('vpn-a')
  assert.deepEqual([state?.result, state?.failures], ['interrupted', 1])

  saveFeedStates(directory, new Map())
  publisher.answer = send(list(12))
  child = run()
  await new Promise((resolve) => child.once('exit', resolve))
  assert.deepEqual(entriesOf(directory), [['vpn-a', 12, undefined]])
  assert.equal(loadFeedStates(directory).get('vpn-a')?.result, 'installed')
})

test('A-25: lists swapped while addresses are looked up: every answer is of the old lists or of the new ones', async () => {
  const dataDir = newDirectory()
  const directory = join(dataDir, 'ip')
  const names = ['tor-a', 'vpn-a']
  const tor = (first: number) => Array.from({ length: 200 }, (_, at) => `${first}.10.${at}.1\n`).join('')
  const answerOf =
    (first: number): RequestListener =>
    (request, response) =>
      send(request.url === '/tor-a' ? tor(first) : list(3000, first + 1))(request, response)
  await update(directory, answerOf(73), { names })
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  const seen = new Set<string>()
  const look = () => {
    const [a, b] = ['73.10.7.1', '74.0.7.9'].map((address) => ip.lookUp(address))
    const [c, d] = ['75.10.7.1', '76.0.7.9'].map((address) => ip.lookUp(address))
    seen.add([a?.isTor, b?.isVpn, c?.isTor, d?.isVpn].join())
  }
  look()
  let isDone = false
  const swapping = (async () => {
    await update(directory, answerOf(75), { names, ...later(1) })
    await ip.refresh()
    isDone = true
  })()
  while (!isDone) {
    for (let at = 0; at < 50; at += 1) look()
    await promisify(setImmediate)()
  }
  await swapping
  look()
  assert.deepEqual([...seen], ['true,true,false,false', 'false,false,true,true'])
})

test('a feed is due when its time has come, and when that time was written under a wrong clock', () => {
  const state = { lastTry: now, lastSuccess: now, nextTry: now + day, failures: 0, result: 'installed' } as const
  assert.deepEqual(
    [isDue(undefined, now), isDue(state, now), isDue(state, now + day), isDue(state, now - 2 * day)],
    [true, false, true, true],
  )
  const states: FeedStates = new Map([
    ['a', state],
    ['b', { ...state, nextTry: now + day + 50 * 60_000 }],
    ['c', { ...state, nextTry: now + day + 70 * 60_000 }],
  ])
  assert.deepEqual([dueOf(['a', 'b', 'c'], states, now), dueOf(['a', 'b', 'c'], states, now + day)], [[], ['a', 'b']])
})

test('tries of many servers are spread over three hours', () => {
  const at = (chance: number) => (afterTry(undefined, { result: 'unchanged' }, now, chance).nextTry - now) / 3_600_000
  assert.deepEqual([at(0), at(1)], [21, 27])
})

test('states that cannot be read count as none', () => {
  const directory = newDirectory()
  saveFeedStatesIn(directory)
  writeFileSync(join(directory, 'feed-states'), '{"format":1,"feeds":{"a":')
  assert.equal(loadFeedStates(directory).size, 0)
})

function saveFeedStatesIn(directory: string): void {
  takeUpdateLock(directory, 'updates')?.release()
  saveFeedStates(directory, new Map())
}

async function listen(answer: RequestListener, { cert, key } = certificate): Promise<{ url: string; close: () => void }> {
  const listening = createServer({ cert, key }, answer)
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const close = () => {
    listening.closeAllConnections()
    listening.close()
  }
  return { url: `https://localhost:${(listening.address() as AddressInfo).port}/`, close }
}

function feedOf(name: string): Feed {
  const feed = findFeed(name)
  assert.ok(feed)
  return feed
}

function redirect(location: string): RequestListener {
  return (_, response) => void response.writeHead(302, { location }).end()
}

function cutShort(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' }).write('45.1.0.0/24\n')
  setImmediate(() => response.destroy())
}

function silent(): void {}

function slowly(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain' })
  const timer = setInterval(() => response.write('4'), 20)
  response.on('close', () => clearInterval(timer))
}

/** Writes until the client disconnects. */
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain' })
  const chunk = '45.1.0.0/24\n'.repeat(50_000)
  const more = (error?: Error | null) => {
    if (!error) response.write(chunk, more)
  }
  more()
}
