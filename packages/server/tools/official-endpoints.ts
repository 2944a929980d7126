import { readFileSync } from 'node:fs'
import { pageOf } from './write-or-check.ts'

/** What the official clients call: `@authsignal/node` 2.21 and `@authsignal/browser` 1.16, by method and endpoint. A test compares it with the packages. */
export const officialEndpoints: readonly { client: 'node' | 'browser'; calls: string; method: string; path: string }[] = [
  ...[
    ['getUser', 'GET', '/users/{userId}'],
    ['queryUsers', 'GET', '/users'],
    ['updateUser', 'PATCH', '/users/{userId}'],
    ['deleteUser', 'DELETE', '/users/{userId}'],
    ['getAuthenticators', 'GET', '/users/{userId}/authenticators'],
    ['enrollVerifiedAuthenticator', 'POST', '/users/{userId}/authenticators'],
    ['deleteAuthenticator', 'DELETE', '/users/{userId}/authenticators/{userAuthenticatorId}'],
    ['track', 'POST', '/users/{userId}/actions/{action}'],
    ['validateChallenge', 'POST', '/validate'],
    ['claimChallenge', 'POST', '/claim'],
    ['getAction', 'GET', '/users/{userId}/actions/{action}/{idempotencyKey}'],
    ['queryUserActions', 'GET', '/users/{userId}/actions'],
    ['updateAction', 'PATCH', '/users/{userId}/actions/{action}/{idempotencyKey}'],
    ['challenge', 'POST', '/challenge'],
    ['verify', 'POST', '/verify'],
    ['getChallenge', 'GET', '/challenges'],
    ['createSession', 'POST', '/sessions'],
    ['validateSession', 'POST', '/sessions/validate'],
    ['refreshSession', 'POST', '/sessions/refresh'],
    ['revokeSession', 'POST', '/sessions/revoke'],
    ['revokeUserSessions', 'POST', '/sessions/user/revoke'],
  ].map(([calls = '', method = '', path = '']) => ({ client: 'node' as const, calls, method, path })),
  ...[
    ['passkey.signIn', 'POST', '/challenge'],
    ['passkey.signIn with useCookies', 'POST', '/challenge/web'],
    ['passkey.signUp', 'POST', '/user-authenticators/passkey/registration-options'],
    ['passkey.signUp with useCookies', 'POST', '/user-authenticators/passkey/registration-options/web'],
    ['passkey.signUp', 'POST', '/user-authenticators/passkey'],
    ['passkey.signIn', 'POST', '/user-authenticators/passkey/authentication-options'],
    ['passkey.signIn with useCookies', 'POST', '/user-authenticators/passkey/authentication-options/web'],
    ['passkey.signIn', 'POST', '/verify/passkey'],
    ['passkey.isAvailableOnDevice', 'GET', '/user-authenticators/passkey?credentialIds='],
    ['securityKey.enroll', 'POST', '/user-authenticators/security-key/registration-options'],
    ['securityKey.enroll', 'POST', '/user-authenticators/security-key'],
    ['securityKey.verify', 'POST', '/user-authenticators/security-key/authentication-options'],
    ['securityKey.verify', 'POST', '/verify/security-key'],
    ['totp.enroll', 'POST', '/user-authenticators/totp'],
    ['totp.verify', 'POST', '/verify/totp'],
    ['email.enroll', 'POST', '/user-authenticators/email-otp'],
    ['email.challenge', 'POST', '/challenge/email-otp'],
    ['email.verify', 'POST', '/verify/email-otp'],
    ['emailML.enroll', 'POST', '/user-authenticators/email-magic-link'],
    ['emailML.challenge', 'POST', '/challenge/email-magic-link'],
    ['emailML.checkVerificationStatus', 'POST', '/verify/email-magic-link/finalize'],
    ['sms.enroll', 'POST', '/user-authenticators/sms'],
    ['sms.challenge', 'POST', '/challenge/sms'],
    ['sms.verify', 'POST', '/verify/sms'],
    ['whatsapp.challenge', 'POST', '/challenge/whatsapp'],
    ['whatsapp.verify', 'POST', '/verify/whatsapp'],
    ['push.challenge', 'POST', '/challenge/push'],
    ['push.verify', 'POST', '/verify/push'],
    ['qrCode.challenge', 'POST', '/challenge/qr-code'],
    ['qrCode.challenge with polling', 'POST', '/verify/qr-code'],
  ].map(([calls = '', method = '', path = '']) => ({ client: 'browser' as const, calls, method, path })),
]

/** The table of `docs/official-clients.md`: an endpoint is answered when the API description has it. */
export function officialClientTables(): Record<string, string> {
  const { paths } = JSON.parse(readFileSync(pageOf('openapi.json'), 'utf8')) as { paths: Record<string, object> }
  // Names of parameters are a matter of taste.
  const shapeOf = (path: string) => path.replaceAll(/\{\w+\}/g, '{}')
  const described = new Set(
    Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${shapeOf(path)}`)),
  )
  const rows = officialEndpoints.map(({ client, calls, method, path }) => {
    const full = `${client === 'browser' ? '/v1/client' : '/v1'}${path.replace(/\?.*/, '')}`
    const isAnswered = described.has(`${method.toLowerCase()} ${shapeOf(full)}`)
    return {
      isAnswered,
      row: `| \`@authsignal/${client}\` | \`${calls.replace(' with ', '` with `')}\` | \`${method} ${full}\` | ${isAnswered ? 'yes' : 'not yet'} |`,
    }
  })
  const answered = rows.filter(({ isAnswered }) => isAnswered).length
  return {
    'official-endpoints': [
      `${answered} of ${rows.length} are answered.`,
      '',
      '| package | call | request | answered |',
      '|---|---|---|---|',
      ...rows.map(({ row }) => row),
    ].join('\n'),
  }
}
