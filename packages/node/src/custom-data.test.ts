import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sallyport, UserActionState } from './index.ts'

interface Transfers {
  'adaptive-mfa-transfer': { transactionValue: number; recipient: string }
}

const options = { apiSecretKey: undefined, apiUrl: undefined }

/** Never called: only the type checker reads it. */
async function typed() {
  const sallyport = new Sallyport<Transfers>(options)
  await sallyport.track({ userId: 'u', action: 'adaptive-mfa-transfer', attributes: { custom: { transactionValue: 1, recipient: 'r' } } })
  await sallyport.track({ userId: 'u', action: 'enroll-passkey', attributes: { custom: { anything: ['goes'] } } })
  // @ts-expect-error the data of a declared action have its type
  await sallyport.track({ userId: 'u', action: 'adaptive-mfa-transfer', attributes: { custom: { transactionValue: '1', recipient: 'r' } } })
  // @ts-expect-error … and complete
  await sallyport.track({ userId: 'u', action: 'adaptive-mfa-transfer', attributes: { custom: { recipient: 'r' } } })
  // @ts-expect-error a state is one of eight
  await sallyport.updateAction({ userId: 'u', action: 'a', idempotencyKey: 'k', attributes: { state: 'FINE' } })

  const approval = await sallyport.validateChallenge({ token: 't', action: 'adaptive-mfa-transfer' })
  const value: number | undefined = approval.custom?.transactionValue
  // @ts-expect-error the approved data have the type of the tracked data
  const wrong: string | undefined = approval.custom?.transactionValue

  const untyped = new Sallyport(options)
  const reply = await untyped.track({ userId: 'u', action: 'any', attributes: { custom: { a: 1, b: { c: [true, null] } } } })
  if (reply.state === UserActionState.CHALLENGE_REQUIRED || reply.state === 'ALLOW') return [value, wrong]
  return undefined
}

test('custom data is typed by action, and free for actions that are not declared', () => {
  assert.equal(typeof typed, 'function')
})
