try:
    try:
        {}["k"]
    except KeyError as error:
        error.add_note("first note")
        error.add_note("second\nnote")
        raise
finally:
    print("done")
