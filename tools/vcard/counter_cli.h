/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between cmd_counter.c, which reads options, and what performs them. */
#ifndef VCARD_COUNTER_CLI_H
#define VCARD_COUNTER_CLI_H

#include "tools/vcard/counter.h"
#include "tools/vcard/counter_files.h"

#define COUNTER_WORDS_MAX 3

struct counter_options {
	const char *authority, *operator_image, *operator_reader;
	const char *reader, *new_reader;
	const char *reason, *package, *ca, *contents;
	int operator_pin_fd, holder_pin_fd, new_pin_fd; /* -1: the terminal */
	int library, open, pin; /* --library, --open, --pin */
	int last_try;
	const char *word[COUNTER_WORDS_MAX]; /* behind the operation */
	size_t words, cards;                 /* the first of them are images */
};

/* One run: the terminal and the cards before it. */
struct counter_run {
	struct counter_options opt;
	struct counter c;
	struct counter_self self;
	struct counter_card card, successor, op;
	/* Of the operation. */
	const struct counter_pin_def *pin_def;
	struct counter_pin pin;
	char code[COUNTER_CODE_LEN + 1];
	uint8_t *package;
	size_t package_len;
	uint8_t aid[16];
	size_t aid_len;
	struct counter_cas cas;
};

/* An operation of the command line (counter_run.c). */
struct operation {
	const char *word;
	const char *usage; /* its words, for people */
	int two;           /* it is about two cards */
	int operator;      /* it needs an operator's card */
	size_t min, max;   /* words behind the cards */
	/* Before the cards are touched: what the words and options say.  NULL:
	 * nothing to prepare.  An exit code, after a message. */
	int (*prepare)(struct counter_run *r);
	/* With the cards before it.  On failure the fault is noted. */
	jm_err (*run)(struct counter_run *r);
};
extern const struct operation counter_operations[];
extern const size_t counter_operation_count;

/* Opens the cards, performs the operation, closes them.  An exit code. */
int counter_perform(struct counter_run *r, const struct operation *op);

/* PINs (counter_ask.c): for struct counter's ask, whose argument is the run. */
jm_err counter_ask(void *arg, enum counter_who who, int tries,
    struct counter_pin *out) JM_MUST_USE;
/* A new PIN in its form, on the terminal typed twice.  EX_OK, or an exit code
 * after a message. */
int counter_ask_new(const struct counter_options *o,
    const struct counter_pin_def *def, struct counter_pin *out);

/* What the fault is, on standard error; an exit code. */
int counter_failed(const struct counter_run *r);

#endif
