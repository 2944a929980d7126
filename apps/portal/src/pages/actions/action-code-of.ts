/** The code of an action from its name: `Adaptive MFA transfer` is `adaptive-mfa-transfer`. Empty where nothing of the name can be in a code. */
export function actionCodeOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
}
