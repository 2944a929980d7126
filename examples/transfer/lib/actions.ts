/** The customer actions that Sallyport decides. */
export const transferAction = 'adaptive-mfa-transfer'
export const enrollAction = 'enroll-passkey'
export const removeAction = 'remove-passkey'
export const replaceAction = 'replace-passkey'
export const addCodesAction = 'add-email-codes'
export const recoveryCodesAction = 'make-recovery-codes'
