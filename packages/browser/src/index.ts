export type { EnrolledAuthenticator, Passkey, SignInData, SignInFor, SignInOptions, SignUpData, SignUpOptions } from './passkey.ts'
export type { BrowserErrorCode, ErrorCode, Failure, Result, ServerErrorCode, Success } from './result.ts'
export { Sallyport, type SallyportOptions } from './sallyport.ts'
