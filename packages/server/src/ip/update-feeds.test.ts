import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findFeeds, loadManifest } from './data-directory.ts'
import { type Feed, findFeed } from './feeds.ts'
import { MAX_FEED_BYTES } from './parse-feed.ts'
import { loadRangeLists } from './range-lists.ts'
import { type FeedUpdate, fetchFeeds, type OfferedFeed, readFeedDirectory, removeFeeds, updateFeeds } from './update-feeds.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-feeds-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const newDirectory = () => join(root, `${++count}`)
const now = Date.UTC(2026, 10, 24)
const list = (length: number) => Array.from({ length }, (_, at) => `45.${at >> 8}.${at & 255}.0/24\n`).join('')

test('a good list is installed with its day, its size and its origin', () => {
  const directory = newDirectory()
  assert.deepEqual(updateFeeds(directory, [offer('vpn-a', list(5))], { now }), [
    { name: 'vpn-a', result: 'installed', entries: 5, dataDate: now },
  ])
  const [installed] = loadManifest(directory)
  assert.deepEqual([installed?.name, installed?.entries, installed?.origin, installed?.importedAt], ['vpn-a', 5, 'test', now])
  assert.equal(readFileSync(join(directory, installed?.file ?? ''), 'utf8'), list(5))
})

const bad: [what: string, text: string][] = [
  ['an empty list', ''],
  ['a web page', '<html></html>'],
  ['the whole internet', '0.0.0.0/0\n'],
  ['a list cut in the middle of a line', list(10).slice(0, -9)],
  ['a list cut to less than half', list(4)],
  ['a list of gigabytes', 'a'.repeat(MAX_FEED_BYTES + 1)],
]

for (const [what, text] of bad) {
  test(`A-25: ${what} leaves the old list in force`, () => {
    const directory = newDirectory()
    updateFeeds(directory, [offer('vpn-a', list(10))], { now })
    const [update, other] = updateFeeds(directory, [offer('vpn-a', text), offer('vpn-b', list(3))], { now })
    assert.equal(update?.result, 'refused')
    assert.equal(other?.result, 'installed')
    const feeds = loadRangeLists(directory).feeds
    assert.deepEqual(
      feeds.map(({ feed, entries, problem }) => [feed.name, entries[4], problem]),
      [
        ['vpn-a', 10, undefined],
        ['vpn-b', 3, undefined],
      ],
    )
  })
}

test('a list that shrank is taken when it is meant', () => {
  const directory = newDirectory()
  updateFeeds(directory, [offer('vpn-a', list(10))], { now })
  assert.equal(updateFeeds(directory, [offer('vpn-a', list(4))], { now, acceptShrunk: true })[0]?.result, 'installed')
})

test('an older list does not replace a newer one, and the same one only gets its day', () => {
  const directory = newDirectory()
  updateFeeds(directory, [offer('vpn-a', list(10))], { now })
  assert.equal(updateFeeds(directory, [offer('vpn-a', list(11), now - 1)], { now })[0]?.result, 'refused')
  assert.equal(updateFeeds(directory, [offer('vpn-a', list(10), now - 5)], { now })[0]?.result, 'unchanged')
  assert.equal(loadManifest(directory)[0]?.dataDate, now - 5)
})

test('RE-12: files of the lists before stay for whoever reads them, and go with the update after', () => {
  const directory = newDirectory()
  const files = () => readdirSync(directory).filter((file) => file.startsWith('vpn-a.')).length
  updateFeeds(directory, [offer('vpn-a', list(10))], { now })
  updateFeeds(directory, [offer('vpn-a', list(11))], { now })
  assert.equal(files(), 2)
  updateFeeds(directory, [offer('vpn-a', list(12))], { now })
  assert.equal(files(), 2)
})

test('a list is removed by name', () => {
  const directory = newDirectory()
  updateFeeds(directory, [offer('vpn-a', list(2)), offer('vpn-b', list(2))], { now })
  assert.deepEqual(removeFeeds(directory, ['vpn-a', 'vpn-c']), [{ name: 'vpn-a', result: 'removed' }])
  assert.deepEqual(
    findFeeds(directory).map(({ feed }) => feed.name),
    ['vpn-b'],
  )
})

test('a manifest that cannot be read is replaced by the next update', () => {
  const directory = newDirectory()
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'manifest.json'), '{')
  assert.throws(() => loadManifest(directory))
  updateFeeds(directory, [offer('vpn-a', list(2))], { now })
  assert.equal(loadManifest(directory).length, 1)
})

test('a directory is searched for lists by name, each dated by its file', () => {
  const directory = newDirectory()
  mkdirSync(join(directory, 'vpn-folder.txt'), { recursive: true })
  for (const name of ['tor-exits.csv', 'vpn-office.txt', 'README.md', 'notes.txt', 'x4bnet-vpn-ipv4.json'])
    writeFileSync(join(directory, name), 'x')
  utimesSync(join(directory, 'tor-exits.csv'), 1000, 1000)
  assert.deepEqual(
    readFeedDirectory(directory, now).map((found) => ('feed' in found ? [found.feed.name, found.dataDate] : found)),
    [
      ['tor-exits', 1_000_000],
      ['vpn-office', now],
    ],
  )
})

test('lists are fetched, dated by their publisher', async () => {
  const { url, close } = await serve((_, response) => {
    response.setHeader('last-modified', 'Sun, 01 Nov 2026 00:00:00 GMT').end(list(3))
  })
  assert.deepEqual(await fetchFeeds([{ feed: feedOf('vpn-a'), url }], now), [
    {
      feed: feedOf('vpn-a'),
      origin: url,
      text: list(3),
      dataDate: Date.UTC(2026, 10, 1),
      lastModified: 'Sun, 01 Nov 2026 00:00:00 GMT',
    },
  ])
  await close()
})

const answers: [what: string, answer: RequestListener, reason: RegExp][] = [
  ['an error', (_, response) => response.writeHead(503).end('busy'), /status 503/],
  ['a web page', (_, response) => response.setHeader('content-type', 'text/html').end('<html>'), /web page/],
  ['an endless answer', (_, response) => endless(response.write.bind(response)), /longer than/],
  [
    'an answer cut short',
    (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('45.1.0.0/24\n')
      setImmediate(() => response.destroy())
    },
    /could not be fetched/,
  ],
  ['a redirect to plain HTTP elsewhere', (_, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end(), /redirect/],
]

for (const [what, answer, reason] of answers) {
  test(`A-25: ${what} is no list`, async () => {
    const { url, close } = await serve(answer)
    const [update] = (await fetchFeeds([{ feed: feedOf('vpn-a'), url }], now)) as FeedUpdate[]
    assert.equal(update?.result, 'refused')
    assert.match(update?.reason ?? '', reason)
    await close()
  })
}

for (const url of ['http://example.com/list', 'ftp://127.0.0.1/list', 'file:///etc/passwd', 'list.txt']) {
  test(`\`${url}\` is not fetched`, async () => {
    const [update] = (await fetchFeeds([{ feed: feedOf('vpn-a'), url }], now)) as FeedUpdate[]
    assert.match(update?.reason ?? '', /not an https URL/)
  })
}

function offer(name: string, text: string, dataDate = now): OfferedFeed {
  return { feed: feedOf(name), text, dataDate, origin: 'test' }
}

function feedOf(name: string): Feed {
  const feed = findFeed(name)
  assert.ok(feed)
  return feed
}

async function serve(listener: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`, close }
}

/** Writes until the client disconnects. */
function endless(write: (chunk: string, done: (error?: Error | null) => void) => boolean): void {
  const chunk = '45.1.0.0/24\n'.repeat(50_000)
  const more = (error?: Error | null) => {
    if (!error) write(chunk, more)
  }
  more()
}
