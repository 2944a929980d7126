import type { CodeFile, CodeFor } from './code-for.ts'

export function curlCode({ apiUrl, action, custom }: CodeFor): CodeFile {
  const body = (value: object) => `'${JSON.stringify(value, null, 2).replaceAll("'", "'\\''")}'`
  const track = {
    idempotencyKey: 'first-1',
    ipAddress: '203.0.113.7',
    userAgent: 'Mozilla/5.0',
    deviceId: '0f8a2a4e-8f2b-4d0e-9a55-3f1c9a1d7e10',
    ...(Object.keys(custom).length > 0 && { custom }),
  }
  return {
    title: 'A shell. Your server sends the address, browser and device of its user.',
    code: `# Ask before you act. The user is ada; every new action needs a new idempotencyKey.
curl -s -u "$SALLYPORT_API_SECRET_KEY:" -H 'content-type: application/json' \\
  ${apiUrl}/users/ada/actions/${action} -d ${body(track)}

# A token with which a user whom you have signed in adds a passkey.
curl -s -u "$SALLYPORT_API_SECRET_KEY:" -H 'content-type: application/json' \\
  ${apiUrl}/users/ada/actions/enroll-passkey -d '{"scope": "add:authenticators"}'

# The browser has answered, and sent you its token: is it an approval of this very action?
curl -s -u "$SALLYPORT_API_SECRET_KEY:" -H 'content-type: application/json' \\
  ${apiUrl}/validate -d '{"token": "'"$TOKEN"'", "userId": "ada", "action": ${JSON.stringify(action)}, "idempotencyKey": "first-1"}'
`,
  }
}
