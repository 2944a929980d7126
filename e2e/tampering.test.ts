import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Customer } from './customer.ts'
import { type OpenBank, openBank } from './open-bank.ts'

// Attacks by somebody who controls the customer's browser, session or network, but not the passkey.
const action = 'adaptive-mfa-transfer'
let bank: OpenBank
let ben: Customer
let balance: number

before(async () => {
  bank = await openBank()
  ben = await bank.visit('Ben Lindqvist')
  await ben.addPasskey()
  await ben.connectFrom('Tor')
})
after(() => bank?.close())
beforeEach(async () => {
  await ben.page.unrouteAll()
  balance = await ben.balance()
})

interface Stored {
  id: string
  token: string
}

/** Requests a payment from the bank without using the page. */
async function ask(recipient: string, amount: number): Promise<Stored> {
  const { body } = await ben.post('/api/passkey/verify-transaction', { recipient, amount })
  assert.equal(body.outcome, 'challenge')
  return { id: body.transfer.id, token: body.token }
}

/** Sends $20 through the page and approves it with the passkey, but keeps the approval from the bank. */
async function approveAndHold(): Promise<Stored> {
  const held = Promise.withResolvers<Stored>()
  await ben.page.route('**/api/passkey/validate', async (route) => {
    const { token, transferId } = route.request().postDataJSON()
    await route.abort()
    held.resolve({ id: transferId, token })
  })
  assert.equal(await ben.send(20), 'challenge')
  assert.equal(await ben.confirm(), 'unconfirmed')
  await ben.page.unrouteAll()
  return held.promise
}

const validate = (transferId: string, token: string, more: object = {}) => ben.post('/api/passkey/validate', { transferId, token, ...more })

test('TX-01: the approval of one payment does not send another, and still sends its own', async () => {
  const large = await ask('ben-roof', 5000)
  const twin = await ask('ben-school', 20)
  const small = await approveAndHold()
  assert.equal((await validate(large.id, small.token)).status, 403)
  assert.equal((await validate(twin.id, small.token)).status, 403)
  assert.equal(await ben.balance(), balance)
  assert.equal((await validate(small.id, small.token)).status, 200)
  assert.equal(await ben.balance(), balance - 2000)
})

test('TX-02: an approval that is changed on its way to name another payment sends nothing', async () => {
  const large = await ask('ben-roof', 5000)
  await ben.page.route('**/api/passkey/validate', (route) =>
    route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), transferId: large.id }) }),
  )
  assert.equal(await ben.send(20), 'challenge')
  assert.equal(await ben.confirm(), 'unconfirmed')
  assert.equal(await ben.balance(), balance)
})

test('TX-02: an amount and a payee sent along with the approval change nothing', async () => {
  const { id, token } = await approveAndHold()
  const { status } = await validate(id, token, { amount: 9000, transactionValue: 9000, recipient: 'ben-roof' })
  assert.equal(status, 200)
  assert.equal(await ben.balance(), balance - 2000)
})

test('TX-02: an amount that is changed before the bank has it is shown before it is approved', async () => {
  await ben.page.route('**/api/passkey/verify-transaction', (route) =>
    route.continue({ postData: JSON.stringify({ recipient: 'ben-roof', amount: 2900 }) }),
  )
  assert.equal(await ben.send(20), 'challenge')
  const dialog = ben.page.getByRole('dialog')
  assert.match((await dialog.textContent()) ?? '', /\$2,900\.00.*Hartley Roofing/)
  assert.equal(await ben.cancel(), 'cancelled')
  assert.equal(await ben.balance(), balance)
})

test('TX-02: an approval is good for its customer, payment, amount and payee together', async () => {
  const { id, token } = await approveAndHold()
  const right = { userId: 'ben', idempotencyKey: id, custom: { transactionValue: 20, recipient: 'Lakeside Music School, 2750 1836 9947' } }
  const wrong = [
    { ...right, userId: 'ada' },
    { ...right, idempotencyKey: 'another' },
    { ...right, custom: { ...right.custom, transactionValue: 9000 } },
    { ...right, custom: { ...right.custom, recipient: 'Hartley Roofing, 8164 2205 7730' } },
  ]
  for (const expected of wrong) {
    assert.equal((await bank.sallyport.validateChallenge({ token, action, ...expected })).isValid, false, JSON.stringify(expected))
  }
})

test('TX-04: the token that asked for the passkey approves nothing', async () => {
  const { id, token } = await ask('ben-nora', 20)
  assert.equal((await validate(id, token)).status, 403)
  assert.equal(await ben.balance(), balance)
})

test('TX-05: an approval used twice sends once', async () => {
  const { id, token } = await approveAndHold()
  assert.equal((await validate(id, token)).status, 200)
  assert.equal((await validate(id, token)).status, 403)
  assert.equal((await validate((await ask('ben-nora', 20)).id, token)).status, 403)
  assert.equal(await ben.balance(), balance - 2000)
})

test('TX-05: an approval used many times at once sends once', async () => {
  const { id, token } = await approveAndHold()
  const answers = await Promise.all(Array.from({ length: 8 }, () => validate(id, token)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(await ben.balance(), balance - 2000)
})

test("one customer's approval and payments are of no use to another", async () => {
  const ada = await bank.visit('Ada Okafor')
  const hers = await ada.balance()
  const his = await approveAndHold()
  assert.equal((await ada.post('/api/passkey/validate', { transferId: his.id, token: his.token })).status, 404)
  assert.equal((await ada.post(`/api/transfers/${his.id}/cancel`)).status, 404)
  assert.equal((await ada.post(`/api/transfers/${his.id}/dispute`)).status, 404)
  await ada.addPasskey()
  await ada.connectFrom('Tor')
  const { body } = await ada.post('/api/passkey/verify-transaction', { recipient: 'ada-sam', amount: 20 })
  assert.equal((await ada.post('/api/passkey/validate', { transferId: body.transfer.id, token: his.token })).status, 403)
  assert.equal(await ada.balance(), hers)
  assert.equal(await ben.balance(), balance)
})

test('a cancelled payment can no longer be approved', async () => {
  const { id, token } = await approveAndHold()
  assert.equal((await ben.post(`/api/transfers/${id}/cancel`)).status, 200)
  assert.equal((await validate(id, token)).status, 403)
  assert.equal(await ben.balance(), balance)
})

test('without a session nothing is answered', async () => {
  for (const path of ['/api/passkey/verify-transaction', '/api/passkey/validate', '/api/passkey/enroll']) {
    const response = await fetch(`${bank.url}${path}`, {
      method: 'POST',
      body: '{}',
      headers: { cookie: 'northmere_session=ben.9999999999999.x' },
    })
    assert.equal(response.status, 401)
  }
})
