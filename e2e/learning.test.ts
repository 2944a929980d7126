import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Customer } from './customer.ts'
import { type OpenBank, openBank } from './open-bank.ts'

const rule = 'Unrecognised address, over $1,000'
let bank: OpenBank
let ben: Customer

before(async () => {
  bank = await openBank()
  ben = await bank.visit('Ben Lindqvist')
  await ben.addPasskey()
})
after(() => bank?.close())

/** Sends $1,200 and waits for the result. Cancels the payment when a passkey is asked for. */
async function isChallenged(customer: Customer): Promise<boolean> {
  const answer = await customer.send(1200)
  if (answer === 'challenge') await customer.cancel()
  return answer === 'challenge'
}

test('the first $1,200 from home is challenged: the address is not recognised', async () => {
  assert.equal(await ben.send(1200), 'challenge')
  await ben.cancel()
  const { rules, signals } = await ben.why()
  assert.deepEqual(rules, [rule])
  assert.equal(signals['ip.isUnrecognized'], 'yes')
  assert.equal(signals['ip.isTrusted'], 'no')
})

test('a challenge that was cancelled, failed or left alone buys no trust', async () => {
  assert.equal(await isChallenged(ben), true)

  await ben.authenticator.refuse()
  assert.equal(await ben.send(1200), 'challenge')
  assert.equal(await ben.confirm(), 'challenge')
  await ben.authenticator.accept()
  await ben.reload()

  assert.equal(await isChallenged(ben), true)
})

test('many small payments that went through buy no trust', async () => {
  for (let i = 0; i < 5; i++) assert.equal(await ben.send(1), 'executed')
  assert.equal(await isChallenged(ben), true)
})

test('after a passed challenge the rule is silent at home', async () => {
  assert.equal(await ben.send(1200), 'challenge')
  assert.equal(await ben.confirm(), 'executed')
  assert.equal(await ben.send(1200), 'executed')
  const { rules, signals } = await ben.why()
  assert.deepEqual(rules, [])
  assert.equal(signals['ip.isUnrecognized'], 'no')
  assert.equal(signals['ip.isTrusted'], 'yes')
})

test('trust in one address is no trust in another', async () => {
  await ben.connectFrom('Office')
  assert.equal(await isChallenged(ben), true)
  assert.deepEqual((await ben.why()).rules, [rule])
})

test("trust is the customer's own: another one at the same address is challenged", async () => {
  const ada = await bank.visit('Ada Okafor')
  await ada.addPasskey()
  assert.equal(await isChallenged(ada), true)
})

for (const connection of ['Commercial VPN', 'Tor'] as const) {
  test(`passed challenges never make an address trusted that is nobody's: ${connection}`, async () => {
    await ben.connectFrom(connection)
    for (let i = 0; i < 3; i++) {
      assert.equal(await ben.send(1200), 'challenge')
      assert.equal(await ben.confirm(), 'executed')
      const { rules, signals } = await ben.why()
      assert.equal(rules[0], 'IP is anonymous')
      assert.equal(signals['ip.isTrusted'], 'no')
    }
  })
}

test('"this was not me" unlearns: the next $1,200 from home is challenged again', async () => {
  await ben.connectFrom('Home broadband')
  assert.equal(await ben.send(1200), 'executed')
  await ben.page.getByRole('button', { name: 'This was not me' }).click()
  await ben.page.getByText('What was learnt from it is forgotten.').waitFor()
  assert.equal(await isChallenged(ben), true)
  assert.deepEqual((await ben.why()).rules, [rule])
})
