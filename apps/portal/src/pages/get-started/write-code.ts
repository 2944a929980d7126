import { browserCode } from './code/browser.ts'
import type { CodeFile, CodeFor } from './code/code-for.ts'
import { curlCode } from './code/curl.ts'
import { expressCode } from './code/express.ts'
import { goCode } from './code/go.ts'
import { nextCode } from './code/next.ts'
import { nodeCode } from './code/node.ts'
import { pythonCode } from './code/python.ts'

/** The action with which a user adds a passkey. */
export const enrolmentAction = 'enroll-passkey'

const writers = { node: nodeCode, next: nextCode, express: expressCode, curl: curlCode, python: pythonCode, go: goCode } as const

export type Language = keyof typeof writers
export const languages: readonly { value: Language; label: string }[] = [
  { value: 'node', label: 'Node' },
  { value: 'next', label: 'Next' },
  { value: 'express', label: 'Express' },
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'go', label: 'Go' },
]

/** The code of the application's server. It takes the secret key from `SALLYPORT_API_SECRET_KEY`, and never holds it. */
export function serverCode(language: Language, what: CodeFor): CodeFile {
  return writers[language](what)
}

/** The code of the page, the same for every server but curl, which has none. */
export function pageCode(what: CodeFor): CodeFile {
  return browserCode(what)
}

interface Point {
  name: string
  dataType: 'text' | 'number' | 'boolean' | 'multiselect'
  modelType: 'action' | 'user'
  minimum?: number | undefined
}

/** A value of each declared data point of events, so that the code shows how it is sent. */
export function sampleCustom(points: readonly Point[]): CodeFor['custom'] {
  const sample = { text: 'sample', boolean: true, multiselect: ['sample'] } as const
  return Object.fromEntries(
    points
      .filter(({ modelType }) => modelType === 'action')
      .map(({ name, dataType, minimum }) => [name, dataType === 'number' ? Math.max(3000, minimum ?? 0) : sample[dataType]]),
  )
}

/** The line of a shell that gives the key to whatever is started after it. Without a key, a word in its place. */
export function keyLine(secretKey: string): string {
  const key = secretKey.trim()
  return `export SALLYPORT_API_SECRET_KEY=${key === '' ? 'your-secret-key' : quoted(key)}`
}

function quoted(text: string): string {
  return /^[\w./=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
