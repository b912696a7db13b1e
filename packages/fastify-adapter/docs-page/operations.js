import { anchor, element } from './elements.js';
import { schemaElement } from './schemas.js';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** All operations of a document, each with the group that it is shown in. */
export function operationsOf({ paths, tags = [] }) {
  const nameOf = new Map(tags.map((tag) => [tag['x-catalyst-plugin'], tag.name]));
  return Object.entries(paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method])
      .map((method) => {
        const operation = item[method];
        const group = nameOf.get(operation['x-catalyst-plugin']) ?? operation.tags?.[0] ?? 'other';
        const { summary = '', description = '', operationId, tags: own = [] } = operation;
        const text = [method, path, summary, description, operationId, group, ...own].join(' ').toLowerCase();
        return { method, path, operation, group, text, id: anchor(operationId) };
      }),
  );
}

/** One operation, closed at first. What is inside is made when it is opened. */
export function operationElement({ method, path, operation, id }, components) {
  const details = element(
    operation.deprecated ? 'details.operation.deprecated' : 'details.operation',
    { id },
    element(
      'summary',
      element('span.method', method.toUpperCase()),
      ' ',
      element('code.path', path),
      operation.deprecated ? ' (deprecated)' : '',
      operation.summary ? ` ${operation.summary}` : '',
    ),
  );
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) details.append(bodyOf(operation, components));
  });
  return details;
}

function bodyOf(operation, components) {
  const { description, parameters = [], requestBody, responses, security } = operation;
  const problem = operation['x-catalyst-problem'];
  return element(
    'div',
    problem ? element('p.problem', problem) : undefined,
    description ? element('p', description) : undefined,
    security ? element('p.quiet', whoMay(security)) : undefined,
    parameters.length > 0 ? parameterTable(parameters) : undefined,
    requestBody ? element('h4', requestBody.required ? 'Body' : 'Body (optional)') : undefined,
    ...(requestBody ? mediaElements(requestBody) : []),
    element('h4', 'Answers'),
    ...Object.entries(responses).map(([status, response]) => responseElement(status, response, components)),
  );
}

function whoMay(security) {
  if (security.length === 0) return 'For everybody.';
  const names = security.map((one) => Object.keys(one).join(' and ') || 'nobody in particular');
  return `For: ${names.join(', or ')}.`;
}

function parameterTable(parameters) {
  const head = ['Parameter', 'In', 'Schema'].map((text) => element('th', { scope: 'col' }, text));
  const rows = parameters.map(({ name, in: place, required, schema, description }) =>
    element(
      'tr',
      element('th', { scope: 'row' }, element('code', name), required ? element('span.quiet', ' required') : undefined),
      element('td', place),
      // a schema says its description itself
      element('td', schemaElement(schema), schema.description || !description ? undefined : element('p', description)),
    ),
  );
  return element('table', element('thead', element('tr', ...head)), element('tbody', ...rows));
}

function responseElement(status, given, { responses }) {
  const response = given.$ref ? responses[given.$ref.split('/').at(-1)] : given;
  const head = element('p', element('strong', status), ` ${response.description}`);
  return element('div', head, ...mediaElements(response));
}

function mediaElements({ content = {} }) {
  return Object.entries(content).flatMap(([type, media]) => [
    element('p.quiet', element('code', type)),
    schemaElement(media.schema),
    ...('example' in media ? [element('pre', { tabindex: '0' }, JSON.stringify(media.example, null, 2))] : []),
  ]);
}
