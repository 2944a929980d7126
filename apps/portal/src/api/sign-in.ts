/** Goes to the sign-in, which comes back to this page. Never resolves: the page is about to end, and must not show anything else. */
export function goToSignIn(): Promise<never> {
  const { pathname, search } = window.location
  window.location.replace(`/portal/sign-in?next=${encodeURIComponent(`${pathname}${search}`)}`)
  return new Promise(() => {})
}

export async function signOut(): Promise<void> {
  await fetch('/portal/sign-out', { method: 'POST', credentials: 'same-origin' })
  window.location.assign('/portal/sign-in')
}
