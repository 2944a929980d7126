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

\`error\` and \`errorCode\` hold the same permanent code: older clients read the first, newer clients the second. \`errorDescription\` is for people and may
change. Use \`requestId\` to find the request in the log.

An expected result is not an error. A wrong code, a refused passkey or a failed challenge is an answer with status 200 that says so (\`isVerified: false\`,
\`isValid: false\`). A blocked action is a tracked action with the state \`BLOCK\`.

| code | status | meaning and remedy |
|---|---|---|
${codes.map((code) => `| \`${code}\` | ${errorStatus[code]} | ${errorMeanings[code]} |`).join('\n')}
`
}
