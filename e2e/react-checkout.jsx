import { AuthsignalProvider, useAuthsignal } from '@authsignal/react'
import { createRoot } from 'react-dom/client'

// A page with the components of the wire API, set up as their documentation says. They need React 18, so this folder has its own.

function Checkout() {
  const { startChallengeAsync } = useAuthsignal()
  globalThis.startChallenge = async (token) => {
    globalThis.passedToken = (await startChallengeAsync({ token })).token
  }
  return null
}

globalThis.showCheckout = (tenantId, baseUrl) => {
  createRoot(document.querySelector('main')).render(
    <AuthsignalProvider tenantId={tenantId} baseUrl={baseUrl}>
      <Checkout />
    </AuthsignalProvider>,
  )
}
