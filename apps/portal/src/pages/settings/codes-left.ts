/** How many recovery codes are left, and what that means. */
export function codesLeft(left: number): string {
  if (left === 0) return 'None is left. Make new ones: without them and without your passkey, only somebody else can let you in.'
  return `${left} ${left === 1 ? 'code is' : 'codes are'} left. Each lets you in once if you lose your passkey. New ones end all earlier ones.`
}
