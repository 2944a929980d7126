export { countryCodes } from './countries.ts'
export { partProblem, spellingProblem } from './text-forms.ts'
