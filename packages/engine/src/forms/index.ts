export { partProblem, spellingProblem } from './text-forms.ts'
