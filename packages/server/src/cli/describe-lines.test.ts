import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isMissing } from '@sallyport/engine'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { createLineDescriber } from './describe-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-lines-'))
mkdirSync(join(folder, 'ip'))
writeFileSync(join(folder, 'ip', 'vpn-office.txt'), '73.162.41.0/24\n73.162.42.7\n')
const ip = await openIpIntelligence({ dataDir: folder, clock: Date.now })
test.after(() => rmSync(folder, { recursive: true, force: true }))

const addresses = [
  '185.220.101.34',
  '8.8.8.8',
  '2003:c5::1',
  '2003:c5::',
  '10.0.0.1',
  '127.0.0.1',
  '64:ff9b:1::1',
  '240.1.2.3',
  '2a01:4f8::1',
]
for (let i = 0; i < 400; i += 1)
  addresses.push(`${1 + ((i * 37) % 222)}.${(i * 101) % 256}.${(i * 7) % 256}.${i % 256}`, `73.162.4${i % 4}.${i % 9}`)

test('every line says of its address what a look-up says, also where it has its ending from another', () => {
  const describe = createLineDescriber(ip, false)
  for (const given of [...addresses, ...addresses]) {
    const { text, isAddress } = describe(given)
    const line = JSON.parse(text)
    const facts = ip.lookUp(given, { treatRelayAsAnonymous: false })
    assert.equal(isAddress, true)
    for (const [fact, value] of Object.entries(facts)) {
      assert.deepEqual(line[fact], isMissing(value) ? null : value, `${fact} of ${given}`)
      assert.equal(line.missing[fact], isMissing(value) ? value.missing : undefined, `${fact} of ${given}`)
    }
    assert.deepEqual(line.evidence, ip.evidence(given), given)
    assert.match(line.sentence, /^[A-Z].*\.$/)
    assert.deepEqual([line.input, line.dataVersion], [given, ip.dataVersion])
    assert.ok(
      line.evidence.every(
        ({ dataSet }: { dataSet: string }) => dataSet === 'iana' || line.dataSets.some(({ name }: { name: string }) => name === dataSet),
      ),
    )
  }
})

test('a line that is no address is answered in its place, and whatever stands in it stays text', () => {
  const { text, isAddress } = createLineDescriber(ip, false)('no "address"\\\n')
  assert.equal(isAddress, false)
  assert.deepEqual(JSON.parse(text), {
    input: 'no "address"\\\n',
    error: 'invalid_address',
    errorDescription: 'not an IP address, with or without a port',
  })
})
