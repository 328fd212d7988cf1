#compdef meshproxy
# Completion for zsh: source <(meshproxy completion zsh), after compinit
_meshproxy() {
  local line="meshproxy ${(j: :)words[2,CURRENT]}"
  local -a found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
  # Options are offered where one was begun; elsewhere they would hide the names of files.
  [[ $PREFIX == -* ]] || found=(${found:#-*})
  found=(${(M)found:#${PREFIX}*})
  if (( ${#found} )); then compadd -a found; else _files; fi
}
compdef _meshproxy meshproxy
