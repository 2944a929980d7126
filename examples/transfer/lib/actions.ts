/** The two things customers do that Sallyport is asked about. */
export const transferAction = 'adaptive-mfa-transfer'
export const enrollAction = 'enroll-passkey'
