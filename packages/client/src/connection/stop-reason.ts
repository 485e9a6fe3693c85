/** Why the client has stopped connecting. `refused`: a reason that this version of the client does not know. */
export type StopReason = 'unauthorized' | 'revoked' | 'unsupported_protocol' | 'bad_frame' | 'logged_out' | 'refused'
