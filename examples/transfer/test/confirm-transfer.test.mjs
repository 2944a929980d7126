import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../../packages/server/test/support/test-app.ts'
import { createCeremonies } from '../../../packages/server/test/support/test-ceremony.ts'
import { buildSdks } from '../../../scripts/lib/build.mjs'

const action = 'adaptive-mfa-transfer'
const userAgent = 'Mozilla/5.0'
let server
let passkeys
let bank
let confirm
let ada
let ben

before(async () => {
  buildSdks()
  server = await createTestApp()
  process.env.SALLYPORT_API_URL = `${await server.app.listen({ port: 0, host: '127.0.0.1' })}/v1`
  process.env.SALLYPORT_API_SECRET_KEY = server.tenant.secretKey
  passkeys = createCeremonies(server)
  // These modules read the environment when they are loaded.
  bank = await import('../lib/bank.ts')
  confirm = await import('../lib/confirm-transfer.ts')
  const { findPerson } = await import('../lib/people.ts')
  ada = { ...findPerson('ada'), ...(await passkeys.enrol('ada')) }
  ben = { ...findPerson('ben'), ...(await passkeys.enrol('ben')) }
})

after(() => server.close())

/** A stored and tracked transfer that needs a challenge. */
async function challenged(person, amount = 100) {
  const transfer = bank.createTransfer(person, person.payees[0].id, amount)
  const attributes = { idempotencyKey: transfer.id, userAgent, custom: confirm.transferData(transfer) }
  const { token } = await passkeys.track(person.id, action, attributes, 'CHALLENGE_REQUIRED')
  return { transfer, token }
}

/** The token the browser gets for a passkey used on a challenge. */
async function approve(person, token) {
  const { status, body } = await passkeys.signIn(token, person.authenticator)
  assert.equal(status, 200, JSON.stringify(body))
  return body.accessToken
}

async function refuses(person, transfer, token) {
  const before = bank.balanceOf(person)
  assert.equal(await confirm.confirmTransfer(person, transfer, token), false)
  assert.equal(bank.balanceOf(person), before)
}

test('the transfer that was approved is executed, once', async () => {
  const { transfer, token } = await challenged(ada, 3000)
  const approval = await approve(ada, token)
  const before = bank.balanceOf(ada)
  assert.equal(await confirm.confirmTransfer(ada, transfer, approval), true)
  assert.equal(transfer.status, 'executed')
  assert.equal(bank.balanceOf(ada), before - 300_000)
  await refuses(ada, transfer, approval)
})

test('TX-04: without a passkey the tracked token approves nothing', async () => {
  const { transfer, token } = await challenged(ada)
  await refuses(ada, transfer, token)
  await refuses(ada, transfer, 'made up')
  assert.equal(transfer.status, 'pending')
})

test('TX-02: an amount or payee changed after the customer was asked is not executed', async () => {
  const amount = await challenged(ada, 10)
  amount.transfer.amountInCents = 1_000_000
  await refuses(ada, amount.transfer, await approve(ada, amount.token))

  const payee = await challenged(ada, 10)
  payee.transfer.payee = { ...payee.transfer.payee, accountNumber: '6666 6666 6666' }
  await refuses(ada, payee.transfer, await approve(ada, payee.token))
})

test('TX-01: the approval of one transfer does not execute another, of the same amount or not', async () => {
  const small = await challenged(ada, 1)
  const large = await challenged(ada, 5000)
  const twin = await challenged(ada, 1)
  const approval = await approve(ada, small.token)
  await refuses(ada, large.transfer, approval)
  await refuses(ada, twin.transfer, approval)
})

test("TX-01: one customer's approval does not execute another's transfer", async () => {
  const hers = await challenged(ada)
  const his = await challenged(ben)
  await refuses(ben, his.transfer, await approve(ada, hers.token))
  await refuses(ben, hers.transfer, await approve(ben, his.token))
})

test('a cancelled transfer stays so, although its challenge was passed', async () => {
  const { transfer, token } = await challenged(ada)
  const approval = await approve(ada, token)
  bank.end(transfer, 'cancelled')
  await refuses(ada, transfer, approval)
})

test('two confirmations of one transfer at the same moment execute it once', async () => {
  const { transfer, token } = await challenged(ben, 250)
  const approval = await approve(ben, token)
  const before = bank.balanceOf(ben)
  const answers = await Promise.all(Array.from({ length: 10 }, () => confirm.confirmTransfer(ben, transfer, approval)))
  assert.equal(answers.filter(Boolean).length, 1)
  assert.equal(bank.balanceOf(ben), before - 25_000)
})
