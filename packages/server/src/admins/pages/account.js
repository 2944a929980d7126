import { at, call, copy, createPasskey, isAtHome, run, showCodes, tell, usePasskey } from './passkeys.js'

const api = '/v1/management'
const roles = ['owner', 'admin', 'analyst', 'support', 'viewer']
/** Changes of access ask for the passkey again when the last use of it is older than this. */
const proofLifetimeMs = 4.5 * 60_000
let me

if (isAtHome()) await show()

at('sign-out').onclick = () =>
  run(at('sign-out'), async () => {
    await call('POST', '/portal/sign-out')
    location.reload()
  })
at('add-passkey').onclick = () =>
  change(at('add-passkey'), async () => {
    const { options } = await call('POST', `${api}/session/passkeys/begin`)
    await call('POST', `${api}/session/passkeys/finish`, { credential: await createPasskey(options) })
  })
at('new-codes').onclick = () =>
  change(at('new-codes'), async () => {
    const { recoveryCodes } = await call('POST', `${api}/session/recovery-codes`)
    showCodes(recoveryCodes)
    at('codes-shown').hidden = false
    at('codes-shown').scrollIntoView()
  })
at('invite').onsubmit = (event) => {
  event.preventDefault()
  change(event.submitter, async () => {
    const name = at('invite-name').value.trim()
    const { url, role, expiresAt } = await call('POST', `${api}/admins`, { name, role: at('invite-role').value })
    at('made-text').textContent = `For ${name}, as ${role}. Good once, until ${timeOf(expiresAt)}. Give it to nobody else.`
    at('made-link').textContent = url
    at('copy-link').onclick = () => copy(at('copy-link'), url)
    at('made').hidden = false
    at('invite-name').value = ''
  })
}

/** Shows the page of whoever is signed in. Everybody else signs in first. */
async function show() {
  try {
    me = await call('GET', `${api}/session`)
  } catch (error) {
    if (error.status === 401) return location.replace('/portal/sign-in?next=/portal/account')
    return tell(`${error.message}.`)
  }
  for (const id of ['home', 'who', 'sign-out']) at(id).hidden = false
  at('who').textContent = me.name
  at('me-title').textContent = `${me.name}, ${me.role} of ${me.tenantName}`
  const tenant = me.tenantName === me.tenantId ? '' : `Tenant ${me.tenantId}. `
  at('me-text').textContent = `${tenant}Passkey last used ${timeOf(me.provenAt)}.`
  at('codes-left').textContent = codesLeft(me.recoveryCodesLeft)
  await Promise.all([showPasskeys(), showSessions(), showPeople()])
}

async function showPasskeys() {
  const { passkeys } = await call('GET', `${api}/session/passkeys`)
  list('passkeys', passkeys, ({ passkeyId, name, isSynced, createdAt, lastUsedAt }) => ({
    title: name ?? 'Passkey',
    tag: isSynced ? 'synced' : undefined,
    text: `Made ${timeOf(createdAt)}${lastUsedAt ? `, last used ${timeOf(lastUsedAt)}` : ''}`,
    act: passkeys.length > 1 && ['Remove', () => call('DELETE', `${api}/session/passkeys/${passkeyId}`)],
  }))
}

async function showSessions() {
  const { sessions } = await call('GET', `${api}/sessions`)
  list('sessions', sessions, ({ sessionId, name, isCurrent, ipAddress, userAgent, createdAt, lastUsedAt }) => ({
    title: `${name}, ${browserOf(userAgent)}`,
    tag: isCurrent ? 'this one' : undefined,
    text: `From ${ipAddress}, since ${timeOf(createdAt)}, last used ${timeOf(lastUsedAt)}`,
    act: !isCurrent && ['End', () => call('DELETE', `${api}/sessions/${sessionId}`)],
  }))
}

async function showPeople() {
  const isManager = me.role === 'owner' || me.role === 'admin'
  at('people').hidden = !isManager
  if (!isManager) return
  const [{ admins }, { invitations }] = await Promise.all([call('GET', `${api}/admins`), call('GET', `${api}/admin-invitations`)])
  list('admins', admins, ({ adminId, name, role, lastSeenAt }) => ({
    title: name,
    tag: role,
    text: lastSeenAt ? `Last seen ${timeOf(lastSeenAt)}` : 'Not seen yet',
    act: adminId !== me.adminId && mayGive(role) && ['Remove', () => call('DELETE', `${api}/admins/${adminId}`)],
  }))
  at('invitations-part').hidden = invitations.length === 0
  list('invitations', invitations, ({ invitationId, name, role, expiresAt, madeBy }) => ({
    title: name ?? 'Whoever has the link',
    tag: role,
    text: `Made by ${madeBy.name ?? madeBy.kind}, good until ${timeOf(expiresAt)}`,
    act: ['Revoke', () => call('DELETE', `${api}/admin-invitations/${invitationId}`)],
  }))
  if (at('invite-role').options.length === 0) {
    at('invite-role').replaceChildren(
      ...roles.filter(mayGive).map((role) => new Option(role, role, role === 'analyst', role === 'analyst')),
    )
  }
}

function mayGive(role) {
  return me.role === 'owner' || role !== 'owner'
}

/** One row for each, with what can be done to it. Everything is text: nothing stored is ever markup. */
function list(id, items, describe) {
  at(id).replaceChildren(
    ...items.map((item) => {
      const { title, tag, text, act } = describe(item)
      const words = make('span', 'text', title)
      if (tag) words.append(make('span', 'tag', tag))
      words.append(make('small', '', text))
      const row = make('li', '')
      row.append(words)
      if (act) {
        const button = make('button', 'quiet danger', act[0])
        button.type = 'button'
        button.setAttribute('aria-label', `${act[0]} ${title}`)
        button.onclick = () => change(button, act[1])
        row.append(button)
      }
      return row
    }),
  )
}

/** Changes something about access: asks for the passkey again when that is long ago, and shows the page as it is then. */
function change(button, work) {
  return run(button, async () => {
    if (Date.now() - Date.parse(me.provenAt) > proofLifetimeMs) await prove()
    try {
      await work()
    } catch (error) {
      // The clocks of browser and server may differ.
      if (!/proof/.test(error.code ?? '')) throw error
      await prove()
      await work()
    }
    await show()
  })
}

async function prove() {
  const { options } = await call('POST', `${api}/session/proof/begin`)
  await call('POST', `${api}/session/proof/finish`, { credential: await usePasskey(options) })
}

function make(name, className, text = '') {
  return Object.assign(document.createElement(name), { className, textContent: text })
}

function codesLeft(left) {
  if (left === 0) return 'None is left. Make new ones: without them and without your passkey, only somebody else can let you in.'
  return `${left} of your codes ${left === 1 ? 'is' : 'are'} left. New ones end all earlier ones.`
}

function timeOf(text) {
  return new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

/** A word for people; the server keeps the whole user agent. */
function browserOf(userAgent = '') {
  const found = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1]
  return { Edg: 'Edge', OPR: 'Opera' }[found] ?? found ?? 'unknown browser'
}
