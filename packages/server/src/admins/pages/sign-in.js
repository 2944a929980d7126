import { at, call, createPasskey, isAtHome, run, tell, usePasskey } from './passkeys.js'

if (isAtHome()) await show()

at('use-passkey').onclick = () =>
  run(at('use-passkey'), async () => {
    const { options } = await call('POST', '/portal/sign-in/begin')
    await call('POST', '/portal/sign-in/finish', { credential: await usePasskey(options) })
    enter()
  })
at('recover').onsubmit = (event) => {
  event.preventDefault()
  run(event.submitter, async () => {
    const code = at('code').value
    const { options } = await call('POST', '/portal/recovery/begin', { code })
    await call('POST', '/portal/recovery/finish', { code, credential: await createPasskey(options) })
    enter()
  })
}

/** Somebody who is signed in already goes on at once. */
async function show() {
  try {
    await call('GET', '/v1/management/session')
    enter()
  } catch (error) {
    if (error.status !== 401) return tell(`${error.message}.`)
    at('sign-in').hidden = false
  }
}

/** Goes to the page that was wanted. Only pages of the portal are: `next` may have been written by anybody. */
function enter() {
  const next = new URLSearchParams(location.search).get('next') ?? '/portal/'
  const { origin, pathname, search, hash } = URL.parse(next, location.origin) ?? new URL('/portal/', location.origin)
  const isOurs = origin === location.origin && pathname.startsWith('/portal/') && pathname !== location.pathname
  location.replace(isOurs ? `${pathname}${search}${hash}` : '/portal/')
}
