import { type ErrorCode, errorStatus } from '../src/errors/api-error.ts'
import { errorMeanings } from '../src/errors/error-meanings.ts'

/** The text of `docs/errors.md`. */
export function errorsPage(): string {
  const codes = Object.keys(errorStatus) as ErrorCode[]
  return `# Errors

<!-- Made by packages/server/tools/write-docs.ts from the code. Edit that. -->

Every refusal has a status of 400 or more and this body:

\`\`\`json
{
  "error": "not_found",
  "errorCode": "not_found",
  "errorDescription": "there is no action \`pay\`",
  "requestId": "req-01"
}
\`\`\`

\`error\` and \`errorCode\` are the same permanent code: old clients read one, newer ones the other. \`errorDescription\` is for people and may change.
\`requestId\` finds the request in the log.

What is expected is no error. A wrong code, a refused passkey or a failed challenge is an answer with status 200 that says so (\`isVerified: false\`,
\`isValid: false\`), and an action that is blocked is a tracked action with the state \`BLOCK\`.

| code | status | what it means, and what to do |
|---|---|---|
${codes.map((code) => `| \`${code}\` | ${errorStatus[code]} | ${errorMeanings[code]} |`).join('\n')}
`
}
