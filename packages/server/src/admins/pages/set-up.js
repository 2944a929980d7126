import { at, call, createPasskey, isAtHome, run, showCodes, tell } from './passkeys.js'

// The code is after `#`, so that it reached no server. It leaves the address bar at once.
const code = location.hash.slice(1)
at('elsewhere-link').href += `#${code}`
if (isAtHome()) await look()

async function look() {
  if (code === '') return tell('This page needs a link with a code. Ask for a new one.')
  try {
    const { tenantName, role, name } = await call('POST', '/portal/set-up/look', { code })
    history.replaceState(null, '', '/portal/set-up')
    at('invited-text').textContent = `You are invited to ${tenantName} as ${role}.`
    if (name !== undefined) {
      at('name').value = name
      at('name').readOnly = true
    }
    at('invited').hidden = false
    at('set-up').onsubmit = (event) => {
      event.preventDefault()
      run(event.submitter ?? at('set-up').querySelector('button'), () => setUp(name))
    }
  } catch (error) {
    tell(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`)
  }
}

async function setUp(invitedName) {
  const name = invitedName ?? at('name').value.trim()
  const { options } = await call('POST', '/portal/set-up/begin', { code, name })
  const credential = await createPasskey(options)
  const { recoveryCodes } = await call('POST', '/portal/set-up/finish', { code, credential })
  showCodes(recoveryCodes)
  at('invited').hidden = true
  at('ready').hidden = false
  at('ready-title').tabIndex = -1
  at('ready-title').focus()
}
