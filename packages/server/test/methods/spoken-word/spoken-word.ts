import type { Method } from '../../../src/methods/method.ts'
import { spokenWordConfiguration } from './spoken-word-configuration.ts'
import { spokenWordName } from './spoken-word-name.ts'
import { spokenWordRoutes } from './spoken-word-routes.ts'

/**
 * A method made up for tests: the server says a challenge, and the device answers with a code that follows from it and a secret both know. It shows how much a
 * method has to say for itself.
 */
export const spokenWord: Method = {
  ...spokenWordName,
  configuration: spokenWordConfiguration,
  // Its secret stays on the server that made it.
  findFault: () => 'a spoken word cannot be brought in without its secret',
  routes: { client: [spokenWordRoutes] },
}
