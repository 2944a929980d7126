// Creates the actions, data points and rules of the demo's tenant through the management API. A second run changes nothing.
const apiUrl = process.env.SALLYPORT_API_URL
const key = process.env.SALLYPORT_MANAGEMENT_KEY
if (!apiUrl || !key) {
  console.error('SALLYPORT_API_URL and SALLYPORT_MANAGEMENT_KEY are needed.')
  process.exit(2)
}

const is = (variable, value) => ({ '==': [{ var: variable }, value] })
const above = (variable, value) => ({ '>': [{ var: variable }, value] })

const dataPoints = [
  { name: 'transactionValue', dataType: 'number', modelType: 'action', description: 'dollars', isPublic: true },
  { name: 'recipient', dataType: 'text', modelType: 'action', description: 'who is paid', isPublic: true },
]

const passkeyOnly = {
  name: 'With a passkey',
  description: 'Ways to confirm are changed with a passkey only.',
  priority: 0,
  type: 'CHALLENGE',
  conditions: {},
  challenge: { phishingResistant: true },
}

const actions = [
  {
    actionCode: 'adaptive-mfa-transfer',
    defaultUserActionResult: 'ALLOW',
    requiredDataPoints: ['transactionValue'],
    rules: [
      {
        name: 'IP is anonymous',
        description: 'Tor, VPN, public proxy or hosting: a passkey, whatever the amount. A code by mail is not enough.',
        priority: 0,
        type: 'CHALLENGE',
        conditions: { and: [is('ip.isAnonymous', true)] },
        challenge: { phishingResistant: true },
      },
      {
        name: 'Transfer over $2,000',
        description: 'More than $2,000: a passkey, wherever it comes from.',
        priority: 1,
        type: 'CHALLENGE',
        conditions: { and: [above('custom.transactionValue', 2000)] },
      },
      {
        name: 'Unrecognised address, over $1,000',
        description: 'An address this customer has not earned trust for yet: a passkey from $1,000.',
        priority: 2,
        type: 'CHALLENGE',
        conditions: { and: [is('ip.isUnrecognized', true), above('custom.transactionValue', 1000)] },
      },
    ],
  },
  {
    actionCode: 'enroll-passkey',
    defaultUserActionResult: 'ALLOW',
    rules: [
      {
        name: 'Not from an anonymous address',
        description: 'A passkey that is added from behind Tor or a VPN proves nothing about the customer.',
        priority: 0,
        type: 'BLOCK',
        conditions: { and: [is('ip.isAnonymous', true)] },
      },
    ],
  },
  {
    // A stolen session must not be enough to take a passkey away and add another one.
    actionCode: 'remove-passkey',
    defaultUserActionResult: 'CHALLENGE',
    rules: [passkeyOnly],
  },
  {
    // Nor to add a weaker way beside it.
    actionCode: 'add-email-codes',
    defaultUserActionResult: 'CHALLENGE',
    rules: [passkeyOnly],
  },
  {
    // Nor to make the codes that replace a lost passkey.
    actionCode: 'make-recovery-codes',
    defaultUserActionResult: 'CHALLENGE',
    rules: [passkeyOnly],
  },
  {
    // A lost passkey: a code by mail passes this challenge, and a recovery code on top of it adds the new passkey.
    actionCode: 'replace-passkey',
    defaultUserActionResult: 'CHALLENGE',
    rules: [
      {
        name: 'No way back from an anonymous address',
        description: 'Whoever has lost a passkey gets back in from an address that says where they are.',
        priority: 0,
        type: 'BLOCK',
        conditions: { and: [is('ip.isAnonymous', true)] },
      },
    ],
  },
]

// The article's code calls `signIn({ action })`, a sign-in that no rule decides. An action with rules accepts one only if told to.
const settings = process.env.DEMO_SDK === 'authsignal' ? { 'adaptive-mfa-transfer': { allowUntrackedSignIn: true } } : {}

try {
  await seedAll('/custom-data-points', 'name', dataPoints)
  await switchOn('EMAIL_OTP', 'email-otp')
  await switchOn('RECOVERY_CODE', 'recovery-code')
  for (const { rules, ...action } of actions) {
    await seedOne('/action-configurations', action.actionCode, action)
    const path = `/action-configurations/${action.actionCode}/rules`
    await seedAll(
      path,
      'name',
      rules.map((rule) => ({ isActive: true, ...rule })),
    )
  }
  for (const [code, setting] of Object.entries(settings)) await ensure(`/action-configurations/${code}`, setting)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

/** Creates what does not exist, by name. Existing things stay unchanged, because somebody may have edited them. */
async function seedAll(path, nameOf, wanted) {
  const present = await call('GET', path)
  for (const item of wanted) {
    if (!present.some((other) => other[nameOf] === item[nameOf])) await call('POST', path, item)
  }
}

/** For a device without the passkey, and for a lost one. The mails go to the outbox of the portal while no mail server is set up. */
async function switchOn(method, path) {
  const present = await call('GET', '/authenticator-configurations')
  if (!present.some(({ verificationMethod }) => verificationMethod === method))
    await call('POST', `/authenticator-configurations/${path}`, {})
}

async function seedOne(path, id, wanted) {
  const present = await call('GET', path)
  if (!present.some((other) => other.actionCode === id)) await call('POST', path, wanted)
}

/** Sets what is not set yet. */
async function ensure(path, wanted) {
  const present = await call('GET', path)
  if (Object.entries(wanted).some(([name, value]) => present[name] !== value)) await call('PATCH', path, wanted)
}

async function call(method, path, body) {
  const response = await fetch(`${apiUrl}/management${path}`, {
    method,
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.errorDescription}`)
  return answer
}
