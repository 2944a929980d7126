/** A transfer above this is large. */
export const limit = 2000
