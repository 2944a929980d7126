// What both pages share: calls to the server, and the browser's passkey dialogs.

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0))
const withIds = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }))

/** The element with this id. */
export const at = (id) => document.getElementById(id)

/** Calls the server. Throws what it says of a refusal. */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  throw Object.assign(new Error(answer.errorDescription ?? `the server answered ${response.status}`), {
    status: response.status,
    code: answer.errorCode,
  })
}

/** A credential of the browser, with the members of its response that only its kind has. */
function toJson({ id, rawId, type, authenticatorAttachment, response }, members) {
  const clientDataJSON = base64url(response.clientDataJSON)
  return { id, rawId: base64url(rawId), type, authenticatorAttachment, response: { clientDataJSON, ...members } }
}

/** Asks the browser to create a passkey. */
export async function createPasskey({ challenge, user, excludeCredentials, ...options }) {
  const publicKey = {
    ...options,
    challenge: bytes(challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: withIds(excludeCredentials),
  }
  const credential = await navigator.credentials.create({ publicKey })
  const { response } = credential
  return toJson(credential, {
    attestationObject: base64url(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  })
}

/** Asks the browser to use a passkey. */
export async function usePasskey({ challenge, allowCredentials, ...options }) {
  const publicKey = { ...options, challenge: bytes(challenge), allowCredentials: withIds(allowCredentials) }
  const credential = await navigator.credentials.get({ publicKey })
  const { response } = credential
  return toJson(credential, {
    authenticatorData: base64url(response.authenticatorData),
    signature: base64url(response.signature),
    userHandle: response.userHandle ? base64url(response.userHandle) : undefined,
  })
}

/** Shows what went wrong; without a text, that nothing did. */
export function tell(text) {
  at('message').textContent = text ?? ''
  at('message').hidden = text === undefined
}

/** Runs what a button does: once at a time, and says what went wrong. */
export async function run(button, work) {
  tell()
  button.disabled = true
  try {
    await work()
  } catch (error) {
    tell(sentence(error))
  } finally {
    button.disabled = false
  }
}

function sentence(error) {
  if (error.name === 'NotAllowedError') return 'The passkey dialog was closed, or took too long. Nothing was changed.'
  if (error.name === 'InvalidStateError') return 'This device already holds a passkey of yours for this portal.'
  if (error.status === 401) return 'Your session has ended. Reload the page to sign in again.'
  const { message } = error
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

/** Whether the page is where its passkeys belong. Says so when it is not. */
export function isAtHome() {
  const home = document.querySelector('meta[name=portal-origin]').content
  at('elsewhere').hidden = location.origin === home
  return location.origin === home
}

export function showCodes(codes) {
  at('codes').replaceChildren(...codes.map((code) => Object.assign(document.createElement('li'), { textContent: code })))
  at('copy-codes').onclick = () => copy(at('copy-codes'), codes.join('\n'))
}

export async function copy(button, text) {
  await navigator.clipboard.writeText(text)
  const label = button.textContent
  button.textContent = 'Copied'
  setTimeout(() => {
    button.textContent = label
  }, 1500)
}
