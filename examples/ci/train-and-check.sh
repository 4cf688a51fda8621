#!/usr/bin/env bash
# A job for a CI system: uploads a folder, trains within a budget, checks a figure of the model and draws samples from it.
# Usage: train-and-check.sh FOLDER DATASET FIGURE LIMIT OUT [options of goldpan fit ...]
# For example: train-and-check.sh photos/ birds kid 0.05 birds.png --budget 30m
# Prints one JSON document. Exit codes: 0 the figure is at most LIMIT, 1 it is not, or a command failed; 2 wrong usage.
# Needs goldpan and jq on the PATH, and credentials of the account that goldpan is deployed into.
set -euo pipefail

if [ "$#" -lt 5 ]; then
  sed -n 's/^# //p' "$0" | sed -n 2,3p >&2
  exit 2
fi
folder=$1 dataset=$2 figure=$3 limit=$4 out=$5
shift 5

accepted=$(goldpan put "$folder" --dataset "$dataset" --json | jq .items.accepted)
run=$(goldpan fit "$dataset" --json "$@")
model=$(jq -r .modelId <<< "$run")
value=$(jq --arg figure "$figure" '.metrics.figures[$figure]' <<< "$run")
if [ "$value" = null ]; then
  echo "the model has no figure $figure; it has: $(jq -r '.metrics.figures | keys | join(", ")' <<< "$run")" >&2
  exit 1
fi
goldpan sample "$dataset" --model "$model" -n 16 --out "$out" --json > /dev/null
jq -n --arg model "$model" --arg figure "$figure" --arg out "$out" \
  --argjson accepted "$accepted" --argjson value "$value" --argjson limit "$limit" \
  '{accepted: $accepted, model: $model, ($figure): $value, limit: $limit, good: ($value <= $limit), samples: $out}'
jq -en --argjson value "$value" --argjson limit "$limit" '$value <= $limit' > /dev/null
