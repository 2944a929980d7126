import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { type Feed, findFeed } from '../../server/src/ip/feeds.ts'
import { describeTables } from '../describe-tables.ts'
import { writeSnapshot } from '../write-snapshot.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-snapshot-'))
after(() => rmSync(root, { recursive: true }))

const shipped = new URL('../snapshot/', import.meta.url)

interface Listed {
  name: string
  kind: string
  source: string
  licence: string
  date: string
  entries: number
  file: string
  sha256: string
}

function manifestOf(folder: string | URL): Listed[] {
  return (JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as { lists: Listed[] }).lists
}

test('the shipped snapshot is what its manifest says, with source, licence and date of each list, in 1.5 MB', () => {
  const lists = manifestOf(shipped)
  let bytes = 0
  for (const { name, file, sha256, entries, licence, date, source } of lists) {
    const packed = readFileSync(new URL(file, shipped))
    bytes += packed.length
    assert.equal(createHash('sha256').update(packed).digest('hex'), sha256, name)
    assert.equal(brotliDecompressSync(packed).toString().trimEnd().split('\n').length, entries, name)
    assert.match(licence, /^(?:MIT|CC0-1\.0|Apache-2\.0|CC-BY-4\.0)$/)
    assert.match(`${date} ${source}`, /^\d{4}-\d\d-\d\d [\w-]+\/[\w-]+$/)
  }
  assert.ok(bytes <= 1_500_000, `${bytes}`)
  assert.deepEqual([...new Set(lists.map(({ kind }) => kind))].sort(), ['crawler', 'hosting', 'relay', 'tor', 'vpn'])
  assert.equal(readdirSync(shipped).length, lists.length + 1)
})

test('the manifest also counts our own tables of networks and ranges, as they are now', () => {
  const { tables } = JSON.parse(readFileSync(new URL('manifest.json', shipped), 'utf8')) as { tables: object[] }
  assert.deepEqual(tables, describeTables(), 'run `npm run ip-data` again')
})

test('NOTICE names the source of every shipped list with its licence', () => {
  const notice = readFileSync(new URL('../../../NOTICE', import.meta.url), 'utf8')
  for (const { source, licence } of manifestOf(shipped)) assert.ok(notice.includes(`${source}, ${licence}`), source)
})

test('the same lists give the same bytes, whatever their order, with repeated and contained entries left out', () => {
  const one = write('one', 'ipranges-vultr-ipv4', '203.0.113.0/25\n198.51.100.7\n198.51.100.0/24\n198.51.100.0/24\n')
  const other = write('other', 'ipranges-vultr-ipv4', '# a comment\n198.51.100.0/24\n203.0.113.0/25\n')
  assert.deepEqual(one, other)
  const text = brotliDecompressSync(readFileSync(join(root, 'one', 'ipranges-vultr-ipv4.txt.br'))).toString()
  assert.equal(text, '9.0.0.0/24\n9.1.0.0/25\n')
})

test('a list that may not be passed on is refused, and lists of public proxies or of an operator are left out', () => {
  const feed = feedOf('ipranges-vultr-ipv4')
  assert.throws(() => writeFeed('refused', { ...feed, licence: 'CC-BY-NC-4.0' }, '9.0.0.1\n'), /licence CC-BY-NC-4\.0/)
  assert.deepEqual(writeFeed('proxy', feedOf('proxy-monosans'), '9.0.0.1:80\n'), [])
  assert.deepEqual(writeFeed('own', feedOf('vpn-office'), '9.0.0.1\n'), [])
})

function write(folder: string, name: string, text: string): Listed[] {
  // Documentation ranges are left out of lists, so the test uses others.
  return writeFeed(folder, feedOf(name), text.replaceAll('198.51.100', '9.0.0').replaceAll('203.0.113', '9.1.0'))
}

function writeFeed(folder: string, feed: Feed, text: string): Listed[] {
  const path = join(root, folder)
  writeSnapshot(path, [{ feed, text, dataDate: Date.UTC(2026, 7, 22), origin: 'test' }])
  return manifestOf(new URL(`file://${path}/`))
}

function feedOf(name: string): Feed {
  return { ...(findFeed(name) ?? assert.fail()), minimumEntries: 1 }
}
