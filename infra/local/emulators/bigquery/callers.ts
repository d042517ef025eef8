/** Who the stack's functions are: the account whose tokens its metadata server gives. */
export const serviceAccount = (project: string) => `plumbline@${project}.iam.gserviceaccount.com`;

/**
 * Who sends a request. A bearer token like `user:analyst@example.com` is that person's, which lets a test or a demo
 * be somebody else; any other token, or none, is the service account's.
 *
 * @param authorization the header
 */
export function callerOf(authorization: string | undefined, project: string): string {
  return /^Bearer user:([^\s@]+@[^\s@]+)$/i.exec(authorization ?? "")?.[1] ?? serviceAccount(project);
}
