import { domainToASCII } from 'node:url'
import { ApiError } from '../../errors/api-error.ts'
import { mailAddressProblem } from '../../mail/mail-address.ts'

/** A mail address as it is kept: the domain in one spelling, the name before it as it was typed. */
export function readMailAddress(text: string): string {
  const address = text.trim()
  const problem = mailAddressProblem(address)
  if (problem !== undefined) throw new ApiError('invalid_request', `\`email\` ${problem}`)
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`
}
