export { describeAssurance } from './describe-assurance.ts'
export { methodRank } from './method-rank.ts'
export type { MethodProperties, VerificationMethod } from './verification-method.ts'
export { isVerificationMethod, verificationMethods } from './verification-method.ts'
