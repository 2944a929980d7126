import { randomBytes } from 'node:crypto'

/** Makes ids for requests: a random part for the process, a running part for the request. They find a line in the log, they protect nothing. */
export function createRequestIds(): () => string {
  const process = randomBytes(6).toString('base64url')
  let count = 0
  return () => {
    count += 1
    return `${process}-${count.toString(36)}`
  }
}
