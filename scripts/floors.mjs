// The floors of each house, from the ground up. check-floors.mjs enforces the list, and write-floors.mjs writes it into ARCHITECTURE.md.
// A folder imports only from floors below its own; folders on one floor do not import each other.

/** @typedef {Readonly<Record<string, string>>} Floor Folder or file -> what it is for, in one sentence. */

/** @type {Readonly<Record<string, readonly Floor[]>>} */
export const floors = {
  'packages/server/src': [
    {
      errors: 'Every error code with its meaning.',
      addresses: 'Text becomes an IP address.',
      metrics: 'Counts for Prometheus.',
      mail: 'What is set about mail: its server, its addresses.',
      'csv-field.ts': 'A text becomes a field of a CSV file.',
      'file-lock.ts': 'A lock on a file that dies with its holder.',
      'give-way.ts': 'A thread takes what others leave over.',
      'load-gauge.ts': 'A thread knows how busy another is.',
      'log.ts': 'The log, without secrets.',
      'recovery-code.ts': 'A code to keep on paper, with its slow hash.',
      'relying-party.ts': 'What no browser accepts of a relying party.',
      'schema-words.ts': 'Says in words what is wrong with a value.',
      'version.ts': 'The version of this release.',
      'weak-secret.ts': 'Recognises secrets that can be guessed.',
    },
    {
      'config.ts': 'The environment, read once.',
      storage: 'The store: one port, two adapters.',
      ip: 'An address becomes facts.',
      control: 'The socket on which commands reach a running server.',
    },
    { http: 'Bytes become a checked request; a refusal becomes a reply.' },
    {
      audit: 'Who changed something.',
      'device-proofs': 'A device shows that it holds its key.',
      keys: 'The master key protects API keys.',
      population: 'What is usual for everybody of a tenant.',
      'user-record': 'The row that stands for a user.',
      retention: 'Erases what has expired.',
      portal: 'The built pages for analysts go out as files.',
    },
    {
      configuration: 'A tenant as it is now, or as it was at a decision.',
      'review-claims': 'Who looks at an action that waits for a review.',
    },
    {
      tokens: 'Signed tokens that prove a track or a passed challenge.',
      tracked: 'What an application says of an event, checked against its declaration.',
      webhooks: 'Signed calls to the URLs that tenants name.',
      tries: 'How many wrong answers are judged; how many messages are sent.',
    },
    { callers: 'Who asks: a credential becomes a tenant with an actor.' },
    {
      delivery: 'Messages to people: written, sent or kept.',
      rules: 'The rules of an action with their versions.',
      'signing-keys': 'The keys whose public half everybody may read.',
      warnings: 'What looked wrong lately in tracked actions.',
    },
    {
      'audit-search': 'The audit log is searched.',
      'address-facts': 'What is known about an address, shown to people.',
      'value-lists': 'Lists that rules refer to.',
      velocity: 'Counts across events that a tenant declares.',
      'app-clients': 'The applications that users have sessions with.',
      'data-points': 'The types of the data that applications track.',
      tenants: 'A tenant is created, changed or deleted.',
      notices: 'Users are told what happened to their accounts.',
    },
    {
      'rules-document': 'All rules of a tenant as one document.',
      authenticators: 'What every method shares when it is bound, listed or removed.',
      devices: 'The devices a user was seen on.',
    },
    {
      proposals: 'Changes of policies that wait for a second person.',
      limits: 'Limits of wrong answers or messages, tried before they are set.',
      'available-methods': 'The verification methods that a tenant can have.',
      challenges: 'What every method shares when a challenge is begun, answered or validated.',
      users: 'What is on record of a user.',
    },
    { webauthn: 'What every WebAuthn credential goes through, whichever method it belongs to.' },
    { 'device-keys': 'Keys in apps on phones, with what they sign.' },
    { methods: 'One folder for each verification method.', sessions: 'What a passed challenge opens for a user.' },
    {
      actions: 'An action is tracked, explained or settled.',
      'enrolment-links': 'A way back for users who have nothing left.',
      admins: 'The people who sign in to the portal of a tenant.',
    },
    {
      hosted: 'Pages for users, whom a message led here.',
      backtests: 'A policy is tried on history.',
      'user-archive': 'Users move in or out as files.',
      move: 'A store moves to another database.',
      seed: 'A made-up bank gets a history.',
    },
    { traffic: 'What the recent events of an action had.' },
    {
      events: 'Decisions of the whole tenant are found, shown or followed.',
      overview: 'A range of time at a glance.',
    },
    { reviews: 'People say how an action turned out.', unlearning: 'What many actions taught is taken back.' },
    {
      app: 'The table of routes; start to stop.',
      'rules-as-code': 'Rules as files, kept in step with a server.',
    },
    { cli: 'The commands.' },
  ],
  'packages/engine/src': [
    {
      'hash.ts': 'Short hashes that stand for texts.',
      'great-circle.ts': 'The angle between two places on a sphere.',
      facts: 'The plain data that every other folder speaks of.',
      methods: 'The verification methods with the worth of their proofs.',
      score: 'The arithmetic of the risk score over counts.',
    },
    { signals: 'The registry of signals with the form in which their values are stored.' },
    {
      language: 'What an operator of the rule language does.',
      stored: 'The shapes of everything a store keeps for the engine.',
    },
    {
      features: 'What a velocity feature counts in its windows.',
      forms: 'How the texts that signals have are spelled.',
    },
    {
      policy: 'A policy, compiled for evaluation.',
      check: 'What is wrong with conditions before they are saved.',
      learning: 'What is remembered of users, devices, addresses.',
    },
    {
      decide: 'The decision of an event with the step that later settles it.',
      explain: 'Why a policy decides as it does, in sentences.',
    },
    { backtest: 'What a policy would have done with past instances.' },
    { simulate: 'What attackers would have sent in place of a user.' },
    { 'index.ts': 'The root face, which re-exports the face of every folder.' },
  ],
  'apps/portal/src': [
    {
      url: 'State that is kept in the address.',
      api: 'The management API as typed calls.',
      commands: 'What can be done now, by palette or by key.',
    },
    { parts: 'Components that pages share.' },
    { 'policy-draft': 'A change of a policy before it is saved.' },
    { 'rule-tree': 'Conditions as a tree to read, to change in place.' },
    { pages: 'One folder for each page.' },
    { 'pages.ts': 'The table of pages.' },
    { frame: 'Everything around the page.' },
    { 'main.tsx': 'The start.' },
  ],
}
