import type { Instance } from '@sallyport/engine'
import type { NamedMethod } from './named-method.ts'

/**
 * Why an instance has no reasons: it is a sign-in that no rule decided, in the words of the method that it was made with. An instance that never passed names
 * no method; where there is one only, it was this one.
 */
export function describeSignIn(methods: readonly NamedMethod[], { verificationMethod }: Pick<Instance, 'verificationMethod'>): string {
  const [only, ...others] = methods
  const method = methods.find(({ name }) => name === verificationMethod) ?? (others.length === 0 ? only : undefined)
  return `No rule decided this: it is a sign-in with ${method?.aNoun ?? 'an authenticator'}.`
}
