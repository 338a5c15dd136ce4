import sys
print("out")
sys.exit("message for the error stream")
