import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { bundle, type PageStack, startPageStack } from './page-stack.ts'

/** The parts of the SDK's client that the tested page uses. The SDK's own types would need the browser's. */
interface PageGlobals {
  sallyport: {
    anonymousId: string
    passkey: {
      signUp(options: { token: string; username: string }): Promise<Result>
      signIn(options: SignInOptions & { signal: AbortSignal }): Promise<Result>
      isAvailableOnDevice(options: { userId: string }): Promise<boolean>
    }
  }
  ceremonies: number
  prove(): Promise<{ data?: { deviceId: string; deviceProof: string }; errorCode?: string }>
}

interface SignInOptions {
  token?: string
  action?: string
  autofill?: boolean
}

interface Result {
  data?: { isVerified: boolean; token?: string; userId?: string }
  errorCode?: string
}

let stack: PageStack
let page: Page
let cdp: CDPSession
let authenticatorId: string

before(async () => {
  stack = await startPageStack('<!doctype html><title>page</title><input autocomplete="username webauthn" aria-label="user">')
  ;({ page, cdp } = stack)
  await cdp.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const
  ;({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options, automaticPresenceSimulation: true },
  }))
  await load(page)
})
after(() => stack?.close())

/** Created by the bundle below. */
declare function connect(baseUrl: string): void

const script = `import { getDeviceProof, Sallyport } from './packages/browser/src/index.ts'
  globalThis.connect = (baseUrl) => {
    globalThis.sallyport = new Sallyport({ tenantId: 'page', baseUrl })
    globalThis.prove = () => getDeviceProof({ tenantId: 'page', baseUrl })
  }
  globalThis.ceremonies = 0
  const get = navigator.credentials.get.bind(navigator.credentials)
  navigator.credentials.get = (options) => {
    globalThis.ceremonies++
    return get(options)
  }`

/** Runs the script in a page. */
async function load(into: Page): Promise<void> {
  await into.evaluate(await bundle(script))
  await into.evaluate((baseUrl) => connect(baseUrl), stack.baseUrl)
}

/** Calls `passkey.signIn` in the page, and aborts it after a delay if one is given. */
function signIn(options: SignInOptions, abortAfter?: number) {
  return page.evaluate(
    ([signInOptions, milliseconds]) => {
      const waiting = new AbortController()
      if (milliseconds !== undefined) setTimeout(() => waiting.abort(), milliseconds)
      return (globalThis as unknown as PageGlobals).sallyport.passkey.signIn({ ...signInOptions, signal: waiting.signal })
    },
    [options, abortAfter] as const,
  )
}

function signUp(token: string) {
  return page.evaluate((given) => (globalThis as unknown as PageGlobals).sallyport.passkey.signUp({ token: given, username: 'zoe' }), token)
}

function countCeremonies() {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).ceremonies)
}

function isAvailableOnDevice() {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).sallyport.passkey.isAvailableOnDevice({ userId: 'zoe' }))
}

async function enrolmentToken(): Promise<string> {
  return (await stack.sallyport.track({ userId: 'zoe', action: 'enroll-passkey', attributes: { scope: 'add:authenticators' } })).token
}

async function challenge(idempotencyKey: string) {
  const key = { userId: 'zoe', action: 'pay', idempotencyKey }
  const { token } = await stack.sallyport.track({ ...key, attributes: { idempotencyKey, custom: { amount: 5 } } })
  await stack.sallyport.updateAction({ ...key, attributes: { state: 'CHALLENGE_REQUIRED' } })
  return token
}

function present(enabled: boolean) {
  return cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
}

test('the page keeps a device id in a cookie', async () => {
  const id = await page.evaluate(() => (globalThis as unknown as PageGlobals).sallyport.anonymousId)
  const [cookie] = await page.context().cookies()
  assert.equal(cookie?.name, '__sp_did')
  assert.equal(cookie?.value, id)
})

test('the page proves a device id with a key that survives a reload, and that another browser does not have', async () => {
  const prove = (of: Page) => of.evaluate(() => (globalThis as unknown as PageGlobals).prove())
  const isProven = async (deviceId: string, deviceProof?: string) => {
    const key = { userId: 'zoe', action: 'look', idempotencyKey: `${deviceId} ${deviceProof}` }
    const { warnings } = await stack.sallyport.track({
      ...key,
      attributes: { deviceId, ...(deviceProof === undefined ? {} : { deviceProof }) },
    })
    return !warnings?.some(({ code }) => code === 'device_unproven')
  }
  const { data: first } = await prove(page)
  assert.ok(first !== undefined && (await isProven(first.deviceId, first.deviceProof)))
  assert.equal(await isProven(first.deviceId), false)

  const other = await (await stack.browser.newContext()).newPage()
  for (const each of [page, other]) {
    await each.goto(page.url())
    await load(each)
  }
  assert.equal((await prove(page)).data?.deviceId, first.deviceId)
  const { data: theirs } = await prove(other)
  assert.notEqual(theirs?.deviceId, first.deviceId)
  assert.equal(await isProven(first.deviceId, theirs?.deviceProof), false)
  await other.context().close()
})

test('a passkey is enrolled once on a device', async () => {
  assert.equal(await isAvailableOnDevice(), false)
  const enrolled = await signUp(await enrolmentToken())
  assert.equal(enrolled.data?.isVerified, true)
  assert.equal(enrolled.data?.userId, 'zoe')
  assert.ok(enrolled.data?.token)
  assert.equal(await isAvailableOnDevice(), true)
  assert.equal((await signUp(await enrolmentToken())).errorCode, 'already_enrolled')
})

test('a passkey used with a tracked token approves that instance', async () => {
  const { data } = await signIn({ token: await challenge('k1') })
  assert.equal(data?.isVerified, true)
  const approval = await stack.sallyport.validateChallenge({ token: data?.token ?? '', userId: 'zoe', action: 'pay', idempotencyKey: 'k1' })
  assert.equal(approval.isValid, true)
  assert.deepEqual(approval.custom, { amount: 5 })
})

test('a passkey used for an action makes an instance of its own', async () => {
  const { data } = await signIn({ action: 'sign-in' })
  const approval = await stack.sallyport.validateChallenge({ token: data?.token ?? '', action: 'sign-in' })
  assert.equal(approval.isValid, true)
  assert.equal(approval.userId, 'zoe')
})

test('a passkey is offered by autofill', async () => {
  const { data } = await signIn({ autofill: true, action: 'sign-in' })
  assert.equal(data?.userId, 'zoe')
})

test('waiting ends when it is aborted, and when another passkey call begins', async () => {
  await present(false)
  assert.equal((await signIn({ autofill: true, action: 'sign-in' }, 300)).errorCode, 'aborted')
  assert.equal((await signIn({ action: 'sign-in' }, 300)).errorCode, 'aborted')

  const before = await countCeremonies()
  const waiting = signIn({ autofill: true, action: 'sign-in' })
  await page.waitForFunction((count) => (globalThis as unknown as PageGlobals).ceremonies > count, before)
  const second = signIn({ token: await challenge('k2') }, 1000)
  assert.equal((await waiting).errorCode, 'aborted')
  assert.equal((await second).errorCode, 'aborted')
  await present(true)
  assert.equal((await signIn({ token: await challenge('k2') })).data?.isVerified, true)
})

test('a user who is not verified has cancelled, and can try again', async () => {
  const token = await challenge('k3')
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  assert.equal((await signIn({ token })).errorCode, 'user_canceled')
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  assert.equal((await signIn({ token })).data?.isVerified, true)
})

test('a passkey that is no longer enrolled is said to be unknown, and forgotten by the device', async () => {
  const [authenticator] = await stack.sallyport.getAuthenticators({ userId: 'zoe' })
  await stack.sallyport.deleteAuthenticator({ userId: 'zoe', userAuthenticatorId: authenticator?.userAuthenticatorId ?? '' })
  assert.equal((await signIn({ action: 'sign-in' })).errorCode, 'unknown_credential')
  assert.deepEqual((await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials, [])
  assert.equal(await isAvailableOnDevice(), false)
})
